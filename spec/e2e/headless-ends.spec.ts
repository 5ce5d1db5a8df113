/** What may end around the process of a headless agent: its daemon, its pane, its task, its agent. It runs once. */
import { expect } from 'chai'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentState } from '../../lib/core/words.js'
import { eventually } from '../support/eventually.js'
import { writeHeadlessCli } from '../support/headless-cli.js'
import { readLedgers } from '../support/ledger-agent.js'
import { Orchestra } from '../support/orchestra.js'
import { isAlive, processesNaming } from '../support/processes.js'

describe('the process of a headless agent', function () {
  this.timeout(90_000)
  let orchestra: Orchestra
  let layout: string

  const path = (name: string) => join(orchestra.work, name)
  const ledger = (task: string) =>
    readLedgers([path('ledger')])
      .filter((entry) => entry.task === task)
      .map(({ word }) => word)
  const started = (task: string, times = 1) =>
    eventually(() => ledger(task).filter((word) => word === 'start').length === times, 30_000)
  const state = (wanted: AgentState) =>
    orchestra.untilStatus((status) => {
      const [agent] = status.agents
      if (agent?.state !== wanted) throw new Error(`${wanted} did not come: ${JSON.stringify(agent)}`)
      return agent
    }, 30_000)
  const ends = (task: string, status: string) =>
    orchestra.untilStatus(({ tasks }) => {
      const row = tasks.find(({ id }) => id === task)
      if (row?.status !== status) throw new Error(`${status} did not come: ${JSON.stringify(row)}`)
      return row
    }, 30_000)
  const submit = async (id: string, scene: string) => {
    await orchestra.ok('submit', id, '--id', id, '--agent', 'CX-1', '--prompt', `scene:${scene}`)
    await orchestra.ok('run')
    await started(id)
    return state('working')
  }
  const clis = () =>
    processesNaming(orchestra.dir).filter(({ args }) => args.startsWith(`sh ${path('cli.sh')}`))
  const kill = async () => {
    const pid = orchestra.daemonPid('ends') ?? 0
    process.kill(pid, 'SIGKILL')
    await eventually(() => !isAlive(pid))
  }
  const go = (task: string) => writeFileSync(path(`gates/${task}.go`), '')

  before(async () => {
    orchestra = new Orchestra()
    mkdirSync(path('gates'))
    const cli = writeHeadlessCli(path('cli.sh'))
    layout = orchestra.write(
      'ends.yaml',
      `version: 1
session: ends
agents:
  CX-1:
    type: codex
    mode: headless
    command: [sh, ${cli}]
    env: { LEDGER: ${path('ledger')}, GATES: ${path('gates')} }
    cwd: ${orchestra.work}
`,
    )
    await orchestra.ok('up', layout, '-d', '--run', '--wait')
  })

  after(() => orchestra.close())

  it('lives on when the daemon is killed; what it did meanwhile counts, once', async () => {
    await submit('away', 'slow')
    await kill()
    expect(clis()).to.have.length(1)
    go('away')
    await eventually(() => clis().length === 0)
    await orchestra.ok('up', layout, '-d')
    expect(await ends('away', 'COMPLETED')).to.include({ attempts: 1, proof: 'exit' })
    expect(ledger('away')).to.deep.equal(['start', 'end'])
  })

  it('is found again by the next daemon while it runs', async () => {
    await submit('found', 'slow')
    await kill()
    await orchestra.ok('up', layout, '-d')
    expect(await state('working')).to.include({ task: 'found', evidence: 'process' })
    go('found')
    expect(await ends('found', 'COMPLETED')).to.include({ attempts: 1 })
    expect(ledger('found')).to.deep.equal(['start', 'end'])
  })

  it('tells how far it is', async () => {
    await submit('progress', 'progress')
    await orchestra.untilStatus(({ tasks }) =>
      expect(tasks.find(({ id }) => id === 'progress')?.progress).to.equal(0.5),
    )
    go('progress')
    await ends('progress', 'COMPLETED')
  })

  it('goes on when the pane that shows it is closed', async () => {
    const { host_pane: pane } = await submit('unseen', 'slow')
    orchestra.agentsTmux('kill-pane', '-t', pane ?? '')
    await state('exited')
    expect(clis()).to.have.length(1)
    go('unseen')
    expect(await ends('unseen', 'COMPLETED')).to.include({ attempts: 1 })
    await orchestra.ok('up', layout, '-d', '--wait')
    await state('idle')
  })

  it('is ended by `cancel`, although it ignores every signal that can be ignored', async () => {
    await submit('cancelled', 'stubborn')
    await orchestra.ok('cancel', 'cancelled')
    await ends('cancelled', 'CANCELLED')
    await eventually(() => clis().length === 0)
    await state('idle')
    await eventually(async () => {
      const { lines } = await orchestra.json<{ lines: string[] }>('explain', 'CX-1')
      expect(lines.join('\n')).to.include('cancelled.1 cancelled was ended')
    })
  })

  it('is ended by `restart` of its agent, and its task is tried again', async () => {
    await submit('again', 'slow')
    await orchestra.ok('restart', 'CX-1')
    await started('again', 2)
    go('again')
    expect(await ends('again', 'COMPLETED')).to.include({ attempts: 2 })
    expect(ledger('again')).to.deep.equal(['start', 'start', 'end'])
  })

  it('is ended by `stop` of its agent', async () => {
    await submit('stopped', 'slow')
    await orchestra.ok('stop', 'CX-1')
    expect((await state('exited')).reason).to.include('stopped')
    await eventually(() => clis().length === 0)
    const row = await ends('stopped', 'BLOCKED')
    expect(row).to.include({ attempt_status: 'cancelled' })
    await orchestra.ok('cancel', 'stopped')
  })

  it('leaves nothing behind', async () => {
    await orchestra.ok('down')
    // The bell is waited for a second.
    await eventually(() => expect(orchestra.leftovers()).to.deep.equal([]))
    expect(existsSync(path('gates'))).to.equal(true)
  })
})
