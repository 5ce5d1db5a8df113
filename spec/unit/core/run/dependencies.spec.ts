import { expect } from 'chai'
import type { TaskId } from '../../../../lib/core/ids.js'
import { taskOf } from '../../../../lib/simulate/layout-of.js'
import { Bench } from './bench.js'
import { PERSON } from '../../../support/principals.js'

describe('dependencies', () => {
  const two = { agents: { A: {}, B: {} } }

  it('start a task when all that it needs is completed', () => {
    const bench = new Bench({ ...two, tasks: { a: {}, b: { needs: ['a'] }, c: { needs: ['a', 'b'] } } })
    expect(bench.status('a', 'b', 'c')).to.deep.equal(['READY', 'PENDING', 'PENDING'])
    expect(bench.dispatch()).to.deep.equal(['a>A'])
    bench.finish('a')
    expect(bench.status('a', 'b', 'c')).to.deep.equal(['COMPLETED', 'READY', 'PENDING'])
  })

  it('block what needs a task that failed before anybody looked at it', () => {
    const bench = new Bench({ ...two, tasks: { a: {}, b: { needs: ['a'] }, c: { needs: ['b'] }, d: {} } })
    bench.dispatch()
    bench.prove('a', 'fail', 3)
    expect(bench.status('a', 'b', 'c', 'd')).to.deep.equal(['FAILED', 'BLOCKED', 'BLOCKED', 'IN_PROGRESS'])
    expect(bench.task('b').reason).to.equal('needs a, which is FAILED: attempt 1 failed: exit status 3')
    expect(bench.task('c').reason).to.equal(
      'needs b, which is BLOCKED: a FAILED: attempt 1 failed: exit status 3',
    )
  })

  it('block what can never become ready', () => {
    const bench = new Bench({ ...two, tasks: { a: { needs: ['nowhere'] }, b: { needs: ['a'] } } })
    expect(bench.status('a', 'b')).to.deep.equal(['BLOCKED', 'BLOCKED'])
    expect(bench.task('a').reason).to.equal('needs nowhere, which does not exist')
    expect(bench.said()).to.deep.equal(['run.finish:2'])
  })

  it('block what needs a disabled task, until it is enabled', () => {
    const bench = new Bench({ ...two, tasks: { a: { disabled: true }, b: { needs: ['a'] } } })
    expect(bench.status('a', 'b')).to.deep.equal(['CANCELLED', 'BLOCKED'])
    bench.relayout({ ...two, tasks: { a: {}, b: { needs: ['a'] } } })
    expect(bench.status('a', 'b')).to.deep.equal(['READY', 'PENDING'])
  })

  it('let a run end while tasks wait for a cancelled one', () => {
    const bench = new Bench({ ...two, tasks: { a: {}, b: { needs: ['a'] } } })
    bench.event({ type: 'task.cancel_requested', task: 'a' as TaskId, by: PERSON })
    expect(bench.status('a', 'b')).to.deep.equal(['CANCELLED', 'BLOCKED'])
    expect(bench.said()).to.deep.equal(['run.finish:2'])
  })

  it('ignore a retry of a task that is still waiting: never two copies', () => {
    const bench = new Bench({ ...two, tasks: { a: {}, b: { needs: ['a'] } } })
    bench.event({ type: 'task.retry_requested', task: 'b' as TaskId, by: PERSON })
    bench.dispatch()
    bench.event({ type: 'task.retry_requested', task: 'a' as TaskId, by: PERSON })
    bench.finish('a')
    expect(bench.dispatch()).to.have.length(1)
    expect(bench.dispatch()).to.deep.equal([])
    expect(bench.task('b').attempts).to.have.length(1)
  })

  it('keep a late dependent possible when an agent was unwell for a moment', () => {
    const bench = new Bench({ ...two, tasks: { a: { agent: 'A' }, b: { agent: 'A', needs: ['a'] } } })
    bench.dispatch()
    bench.see('A', 'error')
    bench.finish('a')
    expect(bench.status('b')).to.deep.equal(['READY'])
    expect(bench.dispatch()).to.deep.equal([])
    bench.see('A', 'idle')
    expect(bench.dispatch()).to.deep.equal(['b>A'])
  })

  it('keep dependents waiting while what they need is tried again', () => {
    const bench = new Bench({ ...two, tasks: { a: { retry: { attempts: 2 } }, b: { needs: ['a'] } } })
    bench.dispatch()
    bench.prove('a', 'fail')
    expect(bench.status('a', 'b')).to.deep.equal(['READY', 'PENDING'])
    bench.now = 10_000
    expect(bench.dispatch()).to.deep.equal(['a>B'])
    bench.finish('a')
    expect(bench.status('a', 'b')).to.deep.equal(['COMPLETED', 'READY'])
  })

  it('mend when a person tries again what failed, and the run goes on', () => {
    const bench = new Bench({ ...two, tasks: { a: {}, b: { needs: ['a'] } } })
    bench.dispatch()
    bench.prove('a', 'fail')
    bench.event({ type: 'run.finished' })
    expect(bench.state.phase).to.equal('finished')
    bench.event({ type: 'task.retry_requested', task: 'a' as TaskId, by: PERSON })
    expect(bench.status('a', 'b')).to.deep.equal(['READY', 'PENDING'])
    expect(bench.state.phase).to.equal('running')
  })

  it('take needs that come later, but none that make a cycle', () => {
    const bench = new Bench({ ...two, tasks: { a: {}, b: { needs: ['a'] }, c: {} } })
    bench.event({ type: 'task.needs_added', task: 'a' as TaskId, needs: ['c', 'b'], by: PERSON })
    expect(bench.status('a', 'b', 'c')).to.deep.equal(['PENDING', 'PENDING', 'READY'])
    expect(bench.task('a').reason).to.equal('not added, it would make a cycle: needs b')
    bench.dispatch()
    bench.event({ type: 'task.needs_added', task: 'c' as TaskId, needs: ['d'], by: PERSON })
    expect(bench.task('c').reason).to.equal('came too late: needs d')
  })

  it('that make a cycle are told by those behind a task that is blocked, too', () => {
    const bench = new Bench({ ...two, tasks: { a: {}, b: { needs: ['a'] } } })
    const said = { text: 'no key', proposal: null, impact: null, urgent: false }
    bench.event({ type: 'task.blocked', task: 'a' as TaskId, ...said, by: PERSON })
    bench.event({ type: 'task.needs_added', task: 'a' as TaskId, needs: ['b'], by: PERSON })
    expect(bench.task('a').reason).to.match(/no key.*; not added, it would make a cycle: needs b$/)
    expect(bench.task('b').reason).to.contain(bench.task('a').reason)
  })

  it('free what waited for a task that did not exist yet', () => {
    const bench = new Bench({ ...two, tasks: { a: { needs: ['later'] } } })
    bench.event({ type: 'task.submitted', task: taskOf('later', {}), by: PERSON })
    expect(bench.status('a', 'later')).to.deep.equal(['PENDING', 'READY'])
  })

  it('refuse a task with which others would wait for each other', () => {
    const bench = new Bench({ ...two, tasks: { a: { needs: ['later'] } } })
    bench.event({ type: 'task.submitted', task: taskOf('later', { needs: ['a'] }), by: PERSON })
    expect(bench.status('a', 'later')).to.deep.equal(['BLOCKED', 'CANCELLED'])
    expect(bench.task('later').reason).to.equal('refused: it would wait for itself through a')
    expect(bench.said()).to.deep.equal(['run.finish:2'])
  })

  it('hold back later waves behind a barrier', () => {
    const tasks = { a: {}, b: {}, c: { needs: ['a'] }, d: { needs: ['c'] } }
    const bench = new Bench({ ...two, tasks, barrier: true })
    bench.dispatch()
    bench.finish('a')
    expect(bench.status('c')).to.deep.equal(['PENDING'])
    bench.prove('b', 'fail')
    expect(bench.status('c', 'd')).to.deep.equal(['BLOCKED', 'BLOCKED'])
    expect(bench.task('c').reason).to.equal(
      'needs wave 1, which is BLOCKED: b FAILED: attempt 1 failed: the agent reported fail',
    )
  })
})
