import { expect } from 'chai'
import { renderContext, taskContext } from '../../../../lib/core/run/context.js'
import type { GateId, TaskId } from '../../../../lib/core/ids.js'
import { Bench } from '../run/bench.js'
import { taskOf } from '../../../../lib/simulate/layout-of.js'
import { PERSON } from '../../../support/principals.js'

const TWO_PHASES = {
  agents: { A: {} },
  tasks: { adr: { outputs: ['docs/adr.md'] }, pg: {}, rbac: {}, after: { needs: ['p1'] } },
  gates: { approved: { approve: 'human' as const } },
  phases: {
    p0: { title: 'Decision', goal: 'Five documents', tasks: ['adr'], gate: 'approved' },
    p1: { tasks: ['pg', 'rbac'], needs: ['p0'] },
  },
}

describe('phases', () => {
  it('begin when all tasks and the gate of what they need are done', () => {
    const bench = new Bench(TWO_PHASES)
    expect(bench.dispatch()).to.deep.equal(['adr>A'])
    expect(bench.task('pg').spec.needs).to.deep.equal(['p0'])
    bench.finish('adr')
    expect(bench.status('pg', 'rbac')).to.deep.equal(['PENDING', 'PENDING'])
    // A gate of a phase that names nothing waits for the phase's tasks.
    expect(bench.gate('approved').status).to.equal('waiting')
    bench.event({
      type: 'gate.answered',
      gate: 'approved' as GateId,
      approved: true,
      question: [],
      promptId: null,
      criteria: null,
      reason: null,
      by: PERSON,
    })
    expect(bench.status('pg', 'rbac', 'after')).to.deep.equal(['READY', 'READY', 'PENDING'])
    for (const task of ['pg', 'rbac']) {
      expect(bench.dispatch()).to.deep.equal([`${task}>A`])
      bench.finish(task)
    }
    expect(bench.status('after')).to.deep.equal(['READY'])
  })

  it('say what holds them back, in the end', () => {
    const bench = new Bench(TWO_PHASES)
    bench.dispatch()
    bench.end('adr', 'failed', 'no paper')
    expect(bench.task('pg').reason).to.match(/^needs p0, which is BLOCKED: adr FAILED/)
    expect(bench.task('after').reason).to.match(/^needs p1, which is BLOCKED: adr FAILED/)
  })

  it('without tasks are done when what they need is', () => {
    const bench = new Bench({
      agents: { A: {} },
      tasks: { a: {}, b: { needs: ['empty'] } },
      phases: { empty: { needs: ['a'] } },
    })
    expect(bench.status('b')).to.deep.equal(['PENDING'])
    bench.dispatch()
    bench.finish('a')
    expect(bench.status('b')).to.deep.equal(['READY'])
  })

  it('give their tasks to their own workers alone', () => {
    const agents = { A: { role: 'impl' }, B: { role: 'impl' }, C: {} }
    const bench = new Bench({
      agents,
      tasks: { a: { role: 'impl' }, b: { role: 'impl' }, c: {} },
      phases: { p0: { tasks: ['a', 'b', 'c'], workers: ['B'] } },
    })
    expect(bench.dispatch()).to.deep.equal(['a>B'])
    bench.exit('B')
    expect(bench.task('b').reason).to.equal('nobody can do it: B has exited (exit status 1)')
  })

  it('can be waited for by a task that is submitted, which never takes the name of one', () => {
    const bench = new Bench(TWO_PHASES)
    bench.event({ type: 'task.submitted', task: taskOf('late', { needs: ['p0'] }), by: PERSON })
    bench.event({ type: 'task.submitted', task: taskOf('p1', {}), by: PERSON })
    expect(bench.status('late')).to.deep.equal(['PENDING'])
    expect(bench.state.tasks.has('p1' as TaskId)).to.equal(false)
  })

  it('stand in the context of what needs them with their goal and files', () => {
    const bench = new Bench(TWO_PHASES)
    const text = renderContext(taskContext(bench.state, 'pg' as TaskId))
    expect(text)
      .to.include('### p0: Decision')
      .and.to.include('`docs/adr.md`')
      .and.to.include('> Five documents')
  })
})
