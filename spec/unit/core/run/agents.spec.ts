import { expect } from 'chai'
import type { AgentId, MachineId, PaneId } from '../../../../lib/core/ids.js'
import { agentState } from '../../../../lib/core/run/rows/selectors.js'
import { Bench } from './bench.js'
import { PERSON } from '../../../support/principals.js'

const A = 'A' as AgentId
const remote = {
  machines: { here: {}, mugen: { kind: 'ssh' as const } },
  agents: { A: { machine: 'mugen' } },
}

describe('agents', () => {
  it('are started once their machine is online, and said again until they are up', () => {
    const bench = new Bench({ agents: { A: {} } }, { start: false })
    expect(bench.said()).to.deep.equal(['agent.start:A:1'])
    bench.event({ type: 'agent.starting', agent: A, generation: 1, machine: 'here' as MachineId })
    expect(bench.said()).to.deep.equal(['agent.start:A:1'])
    bench.event({
      type: 'agent.started',
      agent: A,
      generation: 1,
      machine: 'here' as MachineId,
      pid: 7,
      pane: '%1' as PaneId,
    })
    expect(bench.said()).to.deep.equal([])
  })

  it('are not started on a machine that is not online', () => {
    const bench = new Bench(remote, { start: false })
    for (const state of ['offline', 'unknown'] as const) {
      bench.machine('mugen', state)
      expect(bench.said()).to.deep.equal([])
    }
    bench.machine('mugen', 'degraded')
    expect(bench.said()).to.deep.equal(['agent.start:A:1'])
  })

  it('that never ran start elsewhere when their machine is away and the layout says so', () => {
    const machines = {
      here: {},
      mugen: { kind: 'ssh' as const, onUnreachable: { policy: 'local' as const } },
    }
    const bench = new Bench({ ...remote, machines }, { start: false })
    bench.machine('mugen', 'unknown')
    expect(bench.actions()).to.deep.equal([])
    bench.machine('mugen', 'offline')
    expect(bench.actions()).to.deep.include({
      key: 'agent.start:A:1',
      type: 'agent.start',
      agent: 'A',
      generation: 1,
      machine: 'here',
    })
  })

  it('start again at home alone when they stood on a machine that is called otherwise now', () => {
    const ssh = { kind: 'ssh' as const }
    const bench = new Bench({ machines: { here: {}, old: ssh }, agents: { A: { machine: 'old' } } })
    bench.relayout({ machines: { here: {}, box: ssh }, agents: { A: { machine: 'box' } } })
    bench.event({ type: 'agent.restart_requested', agent: A, reason: null, by: PERSON })
    bench.exit('A', null)
    expect(bench.said(), 'the new name is only coming up').not.to.include('agent.start:A:2')
    bench.machine('box', 'online')
    expect(bench.actions().find(({ key }) => key === 'agent.start:A:2')).to.include({ machine: 'box' })
  })

  it('that may live on a machine out of reach are left alone and unknown', () => {
    const bench = new Bench({ ...remote, tasks: { a: { agent: 'A', timeoutMs: 1000 } } })
    bench.dispatch()
    bench.machine('mugen', 'offline')
    bench.now = 100_000
    expect(bench.actions()).to.deep.equal([])
    expect(agentState(bench.state, bench.agent('A'))).to.equal('unknown')
    expect(bench.task('a').status).to.equal('IN_PROGRESS')
    bench.machine('mugen', 'online')
    expect(bench.actions(), 'the time away does not count').to.deep.equal([])
    expect(agentState(bench.state, bench.agent('A'))).to.equal('idle')
  })

  it('come back by policy: 1 s, 2 s, 4 s …, five times in ten minutes, then stay away with a reason', () => {
    const bench = new Bench({ agents: { A: { restart: 'on-failure' } } })
    const pauses: number[] = []
    for (let n = 0; n < 5; n += 1) {
      bench.exit('A')
      const at = bench.wakeAt() ?? NaN
      pauses.push(at - bench.now)
      expect(bench.said()).to.deep.equal(['run.finish:0'])
      bench.now = at
      bench.bringUp()
    }
    expect(pauses).to.deep.equal([1000, 2000, 4000, 8000, 16_000])
    bench.exit('A')
    expect(bench.wakeAt()).to.equal(null)
    expect(bench.agent('A').process).to.deep.include({
      reason: 'exit status 1; 6 times within 10 minutes: not started again by itself',
    })
    bench.event({ type: 'agent.restart_requested', agent: A, reason: null, by: PERSON })
    expect(bench.said()).to.include('agent.start:A:7')
  })

  it('that ended well stay away under on-failure, and come again with `up`', () => {
    const bench = new Bench({ agents: { A: { restart: 'on-failure' } } })
    bench.exit('A', 0)
    expect(bench.wakeAt()).to.equal(null)
    bench.relayout({ agents: { A: { restart: 'on-failure' } } })
    expect(bench.said()).not.to.include('agent.start:A:2')
    bench.relayout({ agents: { A: { restart: 'on-failure' } } }, true)
    expect(bench.said()).to.include('agent.start:A:2')
  })

  it('keep running when the layout changes their command; the change is for the next start', () => {
    const bench = new Bench({ agents: { A: { command: ['old'] } } })
    bench.relayout({ agents: { A: { command: ['new'] } } })
    expect(bench.said()).to.deep.equal(['run.finish:0'])
    expect(bench.agent('A').specChanged).to.equal(true)
    bench.event({ type: 'agent.restart_requested', agent: A, reason: null, by: PERSON })
    expect(bench.said()).to.include('agent.stop:A:1')
    bench.exit('A', 0)
    bench.bringUp()
    expect(bench.agent('A')).to.deep.include({ specChanged: false, generation: 2, restartRequested: false })
  })

  it('that the layout no longer has are stopped', () => {
    const bench = new Bench({ agents: { A: {}, B: {} } })
    bench.relayout({ agents: { B: {} } })
    expect(bench.said()).to.include('agent.stop:A:1')
    bench.exit('A', 0)
    expect(bench.said()).not.to.include('agent.stop:A:1')
    expect(bench.agent('A').wanted).to.equal('removed')
  })

  it('ignore what comes late, twice or about another life', () => {
    const bench = new Bench({ agents: { A: {} } })
    const before = bench.agent('A')
    const start = { agent: A, machine: 'here' as MachineId }
    bench.event({ type: 'agent.starting', ...start, generation: 1 })
    bench.event({ type: 'agent.starting', ...start, generation: 2 })
    bench.event({ type: 'agent.started', ...start, generation: 1, pid: 9, pane: '%9' as PaneId })
    bench.event({ type: 'agent.start_failed', agent: A, generation: 1, reason: 'late' })
    bench.event({
      type: 'agent.exited',
      agent: A,
      generation: 0,
      exitCode: 1,
      signal: null,
      reason: 'late',
      asked: false,
    })
    expect(bench.agent('A')).to.equal(before)
  })

  it("lose what they did with their machine's reboot, and it is tried again", () => {
    const bench = new Bench({ agents: { A: { restart: 'always' } }, tasks: { a: { agent: 'A' } } })
    bench.dispatch()
    bench.event({ type: 'machine.reset', machine: 'here' as MachineId, reason: 'reboot', by: null })
    expect(bench.agent('A').process).to.deep.include({ status: 'exited', reason: 'reboot' })
    expect(bench.attempt('a')).to.deep.include({ status: 'lost', phase: 'ended' })
    expect(bench.status('a')).to.deep.equal(['READY'])
  })

  it('that a person restarts do not use up an attempt of their task', () => {
    const bench = new Bench({ agents: { A: {} }, tasks: { a: { retry: { attempts: 1 } } } })
    bench.dispatch()
    bench.event({ type: 'agent.restart_requested', agent: A, reason: null, by: PERSON })
    bench.exit('A', 0)
    expect(bench.attempt('a')).to.deep.include({ status: 'cancelled', reason: 'A was restarted' })
    expect(bench.status('a')).to.deep.equal(['READY'])
    bench.bringUp()
    expect(bench.dispatch()).to.deep.equal(['a>A'])
  })
})
