import { expect } from 'chai'
import { agentRow } from '../../../../lib/core/run/rows/selectors.js'
import { agentOf, layoutOf } from '../../../../lib/simulate/layout-of.js'
import { ROUGH_WEATHER } from '../../../../lib/simulate/faults.js'
import { randomLayout } from '../../../../lib/simulate/random-layout.js'
import { simulate } from '../../../../lib/simulate/simulate.js'
import type { Action } from '../../../../lib/core/run/actions.js'
import { PERSON } from '../../../support/principals.js'
import { Bench } from './bench.js'

const MINUTE = 60_000
type Standby = readonly ('role_short' | 'blocked' | 'limited')[]

function crew(standby: Standby, more: object = {}) {
  return { W1: { role: 'impl', ...more }, W6: { role: 'impl', standby } }
}

/** Carries out calls and releases; returns what was said of standby. */
function standby(bench: Bench): string[] {
  const found = bench
    .actions()
    .filter(
      (action): action is Extract<Action, { type: 'agent.call' | 'agent.release' }> =>
        action.type === 'agent.call' || action.type === 'agent.release',
    )
  for (const action of found) {
    if (action.type === 'agent.call')
      bench.event({ type: 'agent.called', agent: action.agent, reason: action.reason, why: action.why })
    else bench.event({ type: 'agent.released', agent: action.agent })
  }
  return found.map((action) =>
    action.type === 'agent.call'
      ? `${action.agent} ${action.reason}: ${action.why}`
      : `${action.agent} released`,
  )
}

const wanted = (bench: Bench) => bench.agent('W6').wanted

describe('a worker that stands by', () => {
  it('does not start with the others, and says for what it would', () => {
    const bench = new Bench({ agents: crew(['role_short', 'limited']), tasks: { a: { role: 'impl' } } })
    expect(bench.agent('W6').process.status).to.equal('absent')
    expect(agentRow(bench.state, bench.agent('W6'))).to.include({
      state: 'exited',
      reason: 'stands by: starts for role_short, limited',
    })
    expect(standby(bench)).to.deep.equal([])
  })

  it('is called when its role is short, works, and is sent away when it is idle again', () => {
    const bench = new Bench({
      agents: crew(['role_short']),
      tasks: { a: { role: 'impl' }, b: { role: 'impl' } },
    })
    expect(standby(bench)).to.deep.equal(['W6 role_short: 1 task is ready that nobody is free for (impl)'])
    expect(wanted(bench)).to.equal('running')
    expect(bench.dispatch()).to.deep.equal(['a>W1'])
    bench.bringUp()
    expect(bench.dispatch()).to.deep.equal(['b>W6'])
    bench.now = MINUTE
    bench.finish('b')
    expect(standby(bench)).to.deep.equal([])
    bench.now += 10_000
    expect(standby(bench)).to.deep.equal(['W6 released'])
    expect(bench.said()).to.include('agent.stop:W6:1')
    bench.exit('W6', 0)
    expect(bench.said()).to.deep.equal([])
    expect(agentRow(bench.state, bench.agent('W6')).reason).to.match(/^stands by/)
  })

  it('leaves work to the others while one of them is free, and calls no more than are short', () => {
    const agents = { ...crew(['role_short']), W7: { role: 'impl', standby: ['role_short'] as Standby } }
    const bench = new Bench({ agents, tasks: { a: { role: 'impl' }, b: { role: 'impl' } } })
    expect(standby(bench)).to.have.length(1)
    bench.bringUp()
    expect(bench.dispatch()).to.deep.equal(['a>W1', 'b>W6'])
    bench.finish('a')
    bench.finish('b')
    bench.event({
      type: 'task.submitted',
      task: layoutOf({ tasks: { c: { role: 'impl' } } }).tasks[0]!,
      by: PERSON,
    })
    expect(bench.dispatch()).to.deep.equal(['c>W1'])
  })

  it('takes over unblocked work of an agent that is limited or waits for a person, as it was asked to', () => {
    const tasks = { a: { agent: 'W1' }, b: { agent: 'W1' } }
    for (const [state, reason] of [
      ['limited', 'limited'],
      ['waiting', 'blocked'],
    ] as const) {
      const bench = new Bench({ agents: crew([reason]), tasks })
      bench.dispatch()
      expect(standby(bench)).to.deep.equal([])
      bench.see('W1', state)
      expect(standby(bench)).to.deep.equal([`W6 ${reason}: W1 is ${state}, and work waits for it`])
      bench.bringUp()
      expect(bench.dispatch(), state).to.deep.equal(['b>W6'])
      expect(bench.status('a')).to.deep.equal(['IN_PROGRESS'])
    }
    const other = new Bench({ agents: crew(['limited']), tasks })
    other.dispatch()
    other.see('W1', 'waiting')
    expect(standby(other)).to.deep.equal([])
  })

  it('is called so that an attempt can move from one that is limited', () => {
    const bench = new Bench({
      agents: crew(['limited'], { onLimit: 'move' as const }),
      tasks: { a: { agent: 'W1' } },
    })
    bench.dispatch()
    bench.see('W1', 'limited')
    expect(standby(bench)).to.have.length(1)
    expect(bench.said()).not.to.include('attempt.stop:a.1:lost')
    bench.bringUp()
    expect(bench.said()).to.include('attempt.stop:a.1:lost')
  })

  it('keeps work from being hopeless when the only one for it is gone', () => {
    const bench = new Bench({ agents: crew(['blocked']), tasks: { a: { agent: 'W1' }, b: { agent: 'W1' } } })
    bench.dispatch()
    bench.exit('W1')
    expect(bench.status('b')).to.deep.equal(['READY'])
    standby(bench)
    bench.bringUp()
    expect(bench.dispatch()).to.deep.equal(['b>W6'])
  })

  it('stays away when a person stopped it, and stands by again with the next up', () => {
    const init = { agents: crew(['role_short']), tasks: { a: { role: 'impl' }, b: { role: 'impl' } } }
    const bench = new Bench(init)
    bench.event({ type: 'agent.stop_requested', agent: 'W6' as never, by: PERSON })
    expect(standby(bench)).to.deep.equal([])
    bench.relayout(init, true)
    expect(wanted(bench)).to.equal('standby')
    expect(standby(bench)).to.have.length(1)
    // An edit that lets it stand by no more starts it.
    bench.relayout({ ...init, agents: { W1: { role: 'impl' }, W6: { role: 'impl' } } })
    expect(wanted(bench)).to.equal('running')
  })

  it('keeps every invariant through crashes and losses: 30 random layouts with workers that stand by', function () {
    this.timeout(60_000)
    for (let seed = 1; seed <= 30; seed += 1) {
      const layout = randomLayout(seed)
      const here = layout.machines[0]!.id
      const extra = ['plan', 'implement', 'review'].map((role, n) =>
        agentOf(`S${n}`, { role, standby: ['role_short', 'blocked', 'limited'], restart: 'always' }, here),
      )
      const { violations } = simulate({
        layout: { ...layout, agents: [...layout.agents, ...extra] },
        seed,
        faults: ROUGH_WEATHER,
      })
      expect(violations, `seed ${seed}`).to.deep.equal([])
    }
  })
})
