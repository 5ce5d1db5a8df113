import { expect } from 'chai'
import { attemptId } from '../../../../lib/core/ids.js'
import { Reports } from '../../../../lib/daemon/attempts/reports.js'
import { AGENT, agentAtWork, NONCE, TASK, type AtWork } from '../../../support/agent-at-work.js'
import { withKernel, type KernelRig } from '../../../support/kernel-rig.js'

const NOTHING = { exit: null, report: null, hook: null, result: null, odd: [] }

function reportsOf(kernel: KernelRig, { hosts }: Pick<AtWork, 'hosts'>) {
  const expected: (string | null)[] = []
  const observer = { expect: (_agent: string, nonce: string | null) => void expected.push(nonce) }
  return { reports: new Reports({ kernel, hosts, observer, hooks: { take: () => undefined } }), expected }
}

const result = (changes: Record<string, unknown> = {}) =>
  JSON.stringify({
    agent_id: AGENT,
    task_id: TASK,
    nonce: NONCE,
    attempt: attemptId(TASK, 1),
    outcome: 'done',
    ...changes,
  })

describe('what an agent left on its machine', () => {
  it('proves its attempt when it carries the nonce, and then no marker is waited for', () =>
    withKernel(async (kernel) => {
      const work = agentAtWork(kernel)
      const { reports, expected } = reportsOf(kernel, work)
      work.host.readAgent = async () => ({ ...NOTHING, result: result() })
      await reports.results(AGENT)
      expect(kernel.loop.state.attempts.get(work.attempt)?.proof).to.include({
        kind: 'report',
        outcome: 'done',
      })
      expect(expected).to.deep.equal([null])
    }))

  it('is ignored with another nonce, and said once for each reason', () =>
    withKernel(async (kernel) => {
      const work = agentAtWork(kernel)
      const { reports } = reportsOf(kernel, work)
      const before = kernel.events.length
      work.host.readAgent = async () => ({ ...NOTHING, result: result({ nonce: 'zzzzzzzz' }) })
      await reports.results(AGENT)
      await reports.results(AGENT)
      expect(kernel.typesSince(before)).to.deep.equal(['report.ignored'])
      expect(kernel.loop.state.attempts.get(work.attempt)?.proof).to.equal(null)
    }))

  it('is not read for a process that ended while it was being read', () =>
    withKernel(async (kernel) => {
      const work = agentAtWork(kernel)
      const { reports } = reportsOf(kernel, work)
      work.host.readAgent = async () => {
        const exited = { exitCode: 1, signal: null, reason: 'exit status 1', asked: false }
        kernel.loop.dispatch({ type: 'agent.exited', at: kernel.at, agent: AGENT, generation: 1, ...exited })
        return { ...NOTHING, result: result(), exit: '{}' }
      }
      expect(await reports.results(AGENT)).to.equal(null)
      expect(kernel.loop.state.attempts.get(work.attempt)?.proof).to.equal(null)
    }))

  it('is not looked for on a machine that is away', () =>
    withKernel(async (kernel) => {
      const work = agentAtWork(kernel)
      const { reports } = reportsOf(kernel, work)
      work.host.isReady = false
      work.host.readAgent = () => expect.fail('it was asked')
      expect(await reports.results(AGENT)).to.equal(null)
    }))
})
