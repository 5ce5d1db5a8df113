import { expect } from 'chai'
import type { AgentId, GateId, TaskId } from '../../../../lib/core/ids.js'
import { dependentsOf } from '../../../../lib/core/run/index/dependents-of.js'
import { indexOf } from '../../../../lib/core/run/index/index-run.js'
import { decodeState, encodeState } from '../../../../lib/core/run/journal/snapshot.js'
import { JOURNAL_FORMAT } from '../../../../lib/core/run/journal/format.js'
import { taskRow } from '../../../../lib/core/run/rows/status-rows.js'
import { runRows } from '../../../../lib/core/runs/run-rows.js'
import { PERSON } from '../../../support/principals.js'
import { Bench } from './bench.js'

const id = (name: string) => name as TaskId
const chain = {
  agents: { A: {} },
  tasks: { a: {}, b: { needs: ['a'] }, c: { needs: ['b'] }, other: {} },
}

describe('again from a task on', () => {
  const done = () => {
    const bench = new Bench(chain)
    for (const name of ['a', 'b', 'c', 'other']) {
      while (bench.task(name).status === 'READY') {
        bench.dispatch()
        for (const one of ['a', 'b', 'c', 'other'])
          if (bench.task(one).status === 'IN_PROGRESS') bench.finish(one)
      }
    }
    expect(bench.status('a', 'b', 'c', 'other')).to.deep.equal(Array(4).fill('COMPLETED'))
    bench.event({ type: 'run.finished' })
    expect(bench.state.phase).to.equal('finished')
    return bench
  }

  it('takes up what is COMPLETED and all that needs it, and nothing else', () => {
    const bench = done()
    expect([...dependentsOf(indexOf(bench.state).graph, 'a')].toSorted()).to.deep.equal(['b', 'c'])
    bench.event({ type: 'task.again_requested', task: id('b'), by: PERSON })
    expect(bench.status('a', 'b', 'c', 'other')).to.deep.equal(['COMPLETED', 'READY', 'PENDING', 'COMPLETED'])
    // A wish that work goes on: the run that had ended is the same one.
    expect(bench.state.phase).to.equal('running')
    expect(bench.state.runs.map(({ number, end }) => [number, end])).to.deep.equal([[1, null]])
    // What it did before is kept, and its attempts are counted from there.
    expect(bench.task('b').attempts).to.have.length(1)
    expect(bench.task('b').budgetFrom).to.equal(1)
    bench.dispatch()
    expect(bench.task('b').attempts).to.have.length(2)
    // Not while one of them is at work.
    bench.event({ type: 'task.again_requested', task: id('a'), by: PERSON })
    expect(bench.status('a', 'b')).to.deep.equal(['COMPLETED', 'IN_PROGRESS'])
  })

  it('is another run when a run is asked for', () => {
    const bench = done()
    bench.event({ type: 'run.begun_from', task: id('c'), by: PERSON })
    expect(bench.status('a', 'b', 'c')).to.deep.equal(['COMPLETED', 'COMPLETED', 'READY'])
    const rows = runRows(bench.state, bench.now)
    expect(
      rows.map(({ number, state, from, completed, tasks }) => [number, state, from, completed, tasks]),
    ).to.deep.equal([
      [1, 'finished', null, 4, 4],
      [2, 'running', 'c', 3, 4],
    ])
    const read = decodeState(encodeState(bench.state), JOURNAL_FORMAT)
    expect(typeof read === 'string' ? read : read.runs).to.deep.equal(bench.state.runs)
    bench.dispatch()
    bench.event({ type: 'run.begun_from', task: id('a'), by: PERSON })
    expect(bench.state.runs, 'refused while an attempt lives').to.have.length(2)
  })

  it('asks a gate in between again: an earlier approval does not count', () => {
    const bench = new Bench({
      agents: { A: {} },
      tasks: { a: {}, b: { needs: ['ok'] } },
      gates: { ok: { after: ['a'], approve: 'human' } },
    })
    bench.dispatch()
    bench.finish('a')
    const gate = () => bench.state.gates.get('ok' as GateId)
    const yes = { approved: true, question: [], promptId: null, criteria: null, reason: null } as const
    bench.event({ type: 'gate.answered', gate: 'ok' as GateId, by: PERSON, ...yes })
    expect([gate()?.status, ...bench.status('b')]).to.deep.equal(['open', 'READY'])
    bench.event({ type: 'task.again_requested', task: id('a'), by: PERSON })
    expect([gate()?.status, gate()?.approvals.length, ...bench.status('a', 'b')]).to.deep.equal([
      'closed',
      0,
      'READY',
      'PENDING',
    ])
    bench.dispatch()
    bench.finish('a')
    expect([gate()?.status, ...bench.status('b')]).to.deep.equal(['waiting', 'PENDING'])
  })
})

describe('a cordon', () => {
  it('keeps new work away from an agent until it is lifted, and says why a task waits', () => {
    const bench = new Bench({ agents: { A: {} }, tasks: { a: {} } })
    const cordon = { kind: 'agent', id: 'A' as AgentId, by: PERSON } as const
    bench.event({ type: 'cordon.set', ...cordon })
    bench.event({ type: 'cordon.set', ...cordon })
    expect(bench.dispatch()).to.deep.equal([])
    expect(taskRow(bench.state, bench.task('a'), bench.now).reason).to.equal('waits: A is cordoned')
    const read = decodeState(encodeState(bench.state), JOURNAL_FORMAT)
    expect(typeof read === 'string' ? read : [...read.cordons.keys()]).to.deep.equal(['agent:A'])
    bench.event({ type: 'cordon.lifted', ...cordon })
    expect(bench.dispatch()).to.deep.equal(['a>A'])
  })

  it('of a machine keeps new work away from all its agents and leaves what runs', () => {
    const bench = new Bench({ agents: { A: {} }, tasks: { a: {}, b: {} } })
    expect(bench.dispatch()).to.deep.equal(['a>A'])
    const machine = bench.state.agents.get('A' as AgentId)?.machine ?? ''
    bench.event({ type: 'cordon.set', kind: 'machine', id: machine, by: PERSON })
    expect(bench.status('a')).to.deep.equal(['IN_PROGRESS'])
    bench.finish('a')
    expect(bench.dispatch()).to.deep.equal([])
  })
})
