import { expect } from 'chai'
import type { AgentId } from '../../../../lib/core/ids.js'
import { agentState } from '../../../../lib/core/run/index/agent-state.js'
import { PERSON } from '../../../support/principals.js'
import { Bench } from './bench.js'

const A = 'A' as AgentId
const without = { agents: { B: {} } }
const both = { agents: { A: {}, B: {} } }

describe('an agent whose stop was begun', () => {
  const exits = (bench: Bench, generation: number) =>
    bench.event({
      type: 'agent.exited',
      agent: A,
      generation,
      exitCode: 0,
      signal: null,
      reason: 'stopped',
      asked: true,
    })

  it('is stopping until its exit is read back', () => {
    const bench = new Bench(both)
    bench.relayout(without)
    expect(agentState(bench.state, bench.agent('A'))).to.equal('stopping')
    expect(bench.said()).to.include('agent.stop:A:1')
    exits(bench, 1)
    expect(agentState(bench.state, bench.agent('A'))).to.equal('exited')
    expect(bench.said()).to.not.include('agent.stop:A:1')
  })

  for (const [how, begin, back] of [
    [
      'taken out of the layout and put back',
      (b: Bench) => b.relayout(without),
      (b: Bench) => b.relayout(both),
    ],
    [
      'stopped by a person, and wanted by `up`',
      (b: Bench) => b.event({ type: 'agent.stop_requested', agent: A, by: PERSON }),
      (b: Bench) => b.relayout(both, true),
    ],
  ] as const) {
    it(`starts again after that, ${how}`, () => {
      const bench = new Bench(both)
      begin(bench)
      back(bench)
      expect(agentState(bench.state, bench.agent('A'))).to.equal('stopping')
      expect(bench.said(), 'still only the stop').to.deep.include('agent.stop:A:1')
      expect(bench.said()).to.not.include('agent.start:A:2')
      exits(bench, 1)
      expect(bench.said()).to.include('agent.start:A:2')
      bench.bringUp()
      expect(agentState(bench.state, bench.agent('A'))).to.equal('idle')
      expect(bench.said()).to.not.include('agent.stop:A:2')
    })
  }

  it('gets no task', () => {
    const bench = new Bench({ ...both, tasks: { t: { agent: 'A' } } })
    bench.relayout({ ...without, tasks: { t: { agent: 'A' } } })
    bench.relayout({ ...both, tasks: { t: { agent: 'A' } } })
    expect(bench.dispatch()).to.deep.equal([])
    exits(bench, 1)
    bench.bringUp()
    expect(bench.dispatch()).to.deep.equal(['t>A'])
  })

  it('is not ended when its machine was away in between: the stop never began', () => {
    const bench = new Bench({
      machines: { here: {}, far: { kind: 'ssh' } },
      agents: { A: { machine: 'far' } },
    })
    const gone = { machines: { here: {}, far: { kind: 'ssh' as const } }, agents: {} }
    bench.machine('far', 'offline')
    bench.relayout(gone)
    bench.relayout({ ...gone, agents: { A: { machine: 'far' } } })
    bench.machine('far', 'online')
    expect(agentState(bench.state, bench.agent('A'))).to.equal('idle')
    expect(bench.said()).to.not.include('agent.stop:A:1')
  })
})
