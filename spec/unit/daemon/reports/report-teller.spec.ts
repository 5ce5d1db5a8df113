import { expect } from 'chai'
import { eventually } from '../../../support/eventually.js'
import { ReportTeller } from '../../../../lib/daemon/reports/report-teller.js'
import { layoutOf } from '../../../../lib/simulate/layout-of.js'
import { withKernel, type KernelRig } from '../../../support/kernel-rig.js'
import { PERSON } from '../../../support/principals.js'

const WORKERS = { agents: { A: {}, B: {} }, tasks: { t: {} }, timezone: 'UTC' }

async function made(kernel: KernelRig, dueAt: number) {
  const told: string[] = []
  const layout = { ...layoutOf(WORKERS), notify: { command: ['true'], webhook: null, quiet: null } }
  kernel.loop.dispatch({ type: 'layout.applied', at: kernel.at, layout, revive: true, by: PERSON })
  kernel.loop.dispatch({ type: 'run.started', at: kernel.at, by: PERSON })
  const teller = new ReportTeller(
    kernel,
    () => 'UTC',
    async (_notify, _session, title, text) => void told.push(`${title}\n${text}`),
  )
  kernel.followers.push(teller)
  kernel.at += 10_000
  const due = { type: 'report.make', key: 'k', kind: 'standup', why: '', late: false, covers: null } as const
  await teller.performs['report.make']({ ...due, dueAt })
  await eventually(() => expect(told).to.have.length(1))
  return told[0]!
}

describe('a report that was made', () => {
  it('is late when no daemon was there at its time, however short that was', () =>
    withKernel(async (kernel) => {
      expect(await made(kernel, kernel.at - 1)).to.match(
        /^Daily Standup - \[2026-01-01\] - Worker A \(late\)\n/,
      )
      expect(kernel.events.at(-1)).to.include({ type: 'report.made', late: true })
    }))

  it('is told with the name of each section, the first one as its title', () =>
    withKernel(async (kernel) => {
      const lines = (await made(kernel, kernel.at + 5000)).split('\n')
      expect(lines[0]).to.equal('Daily Standup - [2026-01-01] - Worker A')
      expect(lines[1]).to.equal('- **Yesterday**: nothing completed')
      expect(lines).to.include('Daily Standup - [2026-01-01] - Worker B')
    }))
})
