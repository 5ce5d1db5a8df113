import { expect } from 'chai'
import type { AgentId, MachineId } from '../../../../lib/core/ids.js'
import { taskOf } from '../../../../lib/simulate/layout-of.js'
import { Bench } from './bench.js'
import { DAEMON } from '../../../../lib/core/principal.js'
import { PERSON } from '../../../support/principals.js'

describe('dispatch', () => {
  it('takes the priority first, then the longest way, then the order of the layout', () => {
    const tasks = {
      late: { priority: 2 },
      first: { priority: 2 },
      second: { priority: 1 },
      head: { estimateMs: 1000 },
      tail: { needs: ['head'], estimateMs: 600_000 },
    }
    const bench = new Bench({ agents: { A: {} }, tasks })
    const order: string[] = []
    for (let n = 0; n < 5; n += 1) {
      const [given] = bench.dispatch()
      const task = given!.split('>')[0]!
      order.push(task)
      bench.finish(task)
    }
    expect(order).to.deep.equal(['second', 'late', 'first', 'head', 'tail'])
  })

  it('takes P0 before P1 before P2, whatever their priorities, and interrupts nothing for it', () => {
    const tasks = {
      someday: { tier: 'P2' as const, priority: 1 },
      usual: { priority: 1 },
      long: { estimateMs: 900_000 },
      urgent: { tier: 'P0' as const, priority: 500 },
    }
    const bench = new Bench({ agents: { A: {} }, tasks: { someday: tasks.someday } })
    expect(bench.dispatch()).to.deep.equal(['someday>A'])
    bench.relayout({ agents: { A: {} }, tasks })
    expect(bench.said()).to.deep.equal([])
    const order: string[] = []
    for (let before = 'someday', n = 0; n < 3; n += 1) {
      bench.finish(before)
      const [given] = bench.dispatch()
      order.push((before = given!.split('>')[0]!))
    }
    expect(order).to.deep.equal(['urgent', 'usual', 'long'])
  })

  it('starts nothing before the run, in a pause, or on an agent that is not idle', () => {
    const bench = new Bench({ agents: { A: {} }, tasks: { a: {} } }, { start: false })
    bench.bringUp()
    expect(bench.said()).to.deep.equal([])
    bench.event({ type: 'run.started', by: PERSON })
    bench.event({ type: 'run.paused', by: PERSON })
    expect(bench.said()).to.deep.equal([])
    bench.event({ type: 'run.resumed', by: PERSON })
    for (const state of ['working', 'waiting', 'limited', 'error', 'starting', 'unknown'] as const) {
      bench.see('A', state)
      expect(bench.said(), state).to.deep.equal([])
    }
    bench.see('A', 'idle')
    expect(bench.said()).to.deep.equal(['attempt.start:a.1'])
  })

  it('gives a command agent work while it prints', () => {
    const bench = new Bench({ agents: { A: { behaviour: 'command' } }, tasks: { a: {} } })
    bench.see('A', 'working')
    expect(bench.dispatch()).to.deep.equal(['a>A'])
  })

  it('keeps roles and names, and leaves an agent that is asked for by name to those who ask', () => {
    const agents = { A: { role: 'impl' }, B: { role: 'impl' }, C: { role: 'plan' } }
    const tasks = { a: { role: 'impl', estimateMs: 90_000 }, b: { agent: 'A' }, c: { role: 'impl' } }
    const bench = new Bench({ agents, tasks })
    expect(bench.dispatch()).to.have.members(['a>B', 'b>A'])
  })

  it('respects capacity and load of a machine', () => {
    const machines = { here: { capacity: 2, maxLoad: 4 } }
    const tasks = { a: {}, b: {}, c: { kind: 'command' as const }, d: {} }
    const bench = new Bench({ machines, agents: { A: {}, B: {}, C: {} }, tasks })
    bench.event({ type: 'machine.loaded', machine: 'here' as MachineId, load1: 5, cores: 4 })
    expect(bench.dispatch()).to.deep.equal([])
    bench.event({ type: 'machine.loaded', machine: 'here' as MachineId, load1: 1, cores: 4 })
    expect(bench.dispatch()).to.deep.equal(['a>A', 'b>B'])
    expect(bench.dispatch()).to.deep.equal([])
    bench.finish('a')
    expect(bench.dispatch()).to.deep.equal(['c>here'])
  })

  it('prefers the machine where the needs were worked on, then who has rested longest', () => {
    const machines = { here: {}, mugen: { kind: 'ssh' as const } }
    const agents = { A: {}, B: { machine: 'mugen' }, C: { machine: 'mugen' } }
    const tasks = { a: { agent: 'B' }, b: { needs: ['a'] }, c: { needs: ['b'] } }
    const bench = new Bench({ machines, agents, tasks })
    bench.dispatch()
    bench.now = 10
    bench.finish('a')
    expect(bench.dispatch()).to.deep.equal(['b>C'])
    bench.now = 20
    bench.finish('b')
    expect(bench.dispatch()).to.deep.equal(['c>B'])
  })

  it('falls back only when none of its own is there', () => {
    const agents = { A: { fallback: 'B' }, B: {} }
    const bench = new Bench({ agents, tasks: { a: { agent: 'A' }, b: { agent: 'A' } } })
    expect(bench.dispatch()).to.deep.equal(['a>A'])
    bench.exit('A')
    expect(bench.dispatch()).to.deep.equal(['a>B'])
  })

  it('waits for an agent on a machine that holds, and does not for one that need not', () => {
    const away = (policy: 'hold' | 'local') => {
      const machines = { here: {}, mugen: { kind: 'ssh' as const, onUnreachable: { policy } } }
      const agents = { A: { machine: 'mugen', fallback: 'B' }, B: {} }
      const bench = new Bench({ machines, agents, tasks: { a: { agent: 'A' } } })
      bench.machine('mugen', 'offline')
      return bench.dispatch()
    }
    expect(away('hold')).to.deep.equal([])
    expect(away('local')).to.deep.equal(['a>B'])
  })

  it('blocks what nobody can do, and frees it when somebody comes', () => {
    const bench = new Bench({
      agents: { A: { role: 'impl' } },
      tasks: { a: { role: 'impl' }, b: { role: 'art' } },
    })
    expect(bench.task('b').reason).to.equal(
      'nobody can do it: needs an agent of role art, the layout has none',
    )
    bench.event({ type: 'agent.stop_requested', agent: 'A' as AgentId, by: PERSON })
    expect(bench.task('a').reason).to.equal('nobody can do it: A was stopped')
    bench.exit('A', 0)
    expect(bench.said()).to.deep.equal(['run.finish:2'])
    bench.event({ type: 'run.finished' })
    bench.event({ type: 'agent.restart_requested', agent: 'A' as AgentId, reason: null, by: PERSON })
    expect(bench.status('a')).to.deep.equal(['READY'])
    expect(bench.state.phase).to.equal('running')
  })

  it('leaves an agent alone for a while to which nothing could be delivered', () => {
    const bench = new Bench({ agents: { A: {} }, tasks: { a: { retry: { attempts: 3, delayMs: 0 } } } })
    const [action] = bench.actions()
    if (action?.type !== 'attempt.start') throw new Error('no start')
    bench.event({
      ...action,
      type: 'attempt.started',
      generation: 1,
      nonce: 'cccccccc' as never,
      random: 0,
      headless: false,
    })
    bench.end('a', 'failed', 'refused: foreign text')
    expect(bench.said()).to.deep.equal([])
    bench.now = bench.wakeAt() ?? NaN
    expect(bench.now).to.equal(5000)
    expect(bench.said()).to.deep.equal(['attempt.start:a.2'])
  })

  it('takes tasks that are submitted while it runs', () => {
    const bench = new Bench({ agents: { A: {} }, tasks: {} })
    bench.event({ type: 'task.submitted', task: taskOf('new', {}), by: PERSON })
    bench.event({ type: 'run.finished' })
    expect(bench.state.phase, 'the late end is ignored').to.equal('running')
    expect(bench.dispatch()).to.deep.equal(['new>A'])
    bench.event({ type: 'task.submitted', task: taskOf('new', {}), by: PERSON })
    expect(bench.task('new').status).to.equal('IN_PROGRESS')
  })

  it('keeps what a person submits after the end for `run`; what the daemon needs itself begins', () => {
    const ended = (tasks = {}) => {
      const run = new Bench({ agents: { A: {} }, tasks })
      run.event({ type: 'run.finished' })
      expect(run.state.phase).to.equal('finished')
      return run
    }
    const bench = ended({ off: { disabled: true } })
    bench.event({ type: 'task.submitted', task: taskOf('new', {}), by: PERSON })
    expect([bench.state.phase, bench.task('new').status]).to.deep.equal(['finished', 'READY'])
    expect(bench.dispatch()).to.deep.equal([])
    bench.event({ type: 'run.started', by: PERSON })
    expect(bench.dispatch()).to.deep.equal(['new>A'])
    const empty = ended()
    empty.event({ type: 'task.submitted', task: taskOf('first', {}), by: PERSON })
    expect(empty.dispatch()).to.deep.equal(['first>A'])
    const other = ended({ off: { disabled: true } })
    other.event({ type: 'task.submitted', task: taskOf('conflict', {}), by: DAEMON })
    expect(other.dispatch()).to.deep.equal(['conflict>A'])
  })
})
