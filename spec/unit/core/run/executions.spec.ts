import { expect } from 'chai'
import type { TaskId } from '../../../../lib/core/ids.js'
import { execution } from '../../../../lib/core/run/rows/execution.js'
import { taskOf } from '../../../../lib/simulate/layout-of.js'
import { PERSON } from '../../../support/principals.js'
import { Bench } from './bench.js'

const AGENTS = { A: {}, B: {}, C: {}, D: {} }

function withExecution(maxWorkers: number, ids: readonly string[]): Bench {
  const bench = new Bench({ agents: AGENTS, tasks: {} })
  const tasks = ids.map((id) => taskOf(id, {}))
  bench.event({ type: 'execution.asked', execution: 'E', tasks, maxWorkers, by: PERSON })
  return bench
}

describe('tasks that are executed together', () => {
  it('are at work at most so many at a time, over their ends, and hold up nobody else', () => {
    const bench = withExecution(2, ['a', 'b', 'c'])
    bench.event({ type: 'task.submitted', task: taskOf('other', {}), by: PERSON })
    expect(bench.dispatch()).to.deep.equal(['a>A', 'b>B', 'other>C'])
    expect(bench.dispatch()).to.deep.equal([])
    bench.finish('b')
    expect(bench.dispatch()).to.have.length(1)
    expect(bench.status('a', 'b', 'c')).to.deep.equal(['IN_PROGRESS', 'COMPLETED', 'IN_PROGRESS'])
  })

  it('have one answer: running, then how all of them ended', () => {
    const bench = withExecution(3, ['a', 'b'])
    bench.dispatch()
    bench.finish('a')
    expect(execution(bench.state, 'E')).to.deep.include({ status: 'running', max_workers: 3 })
    bench.end('b', 'failed', 'no way')
    const done = execution(bench.state, 'E')
    expect(done?.status).to.equal('failed')
    expect(done?.results.map(({ task, status, progress }) => [task, status, progress])).to.deep.equal([
      ['a', 'COMPLETED', 1],
      ['b', 'FAILED', null],
    ])
    expect(execution(bench.state, 'F')).to.equal(null)
  })

  it('keep their limit when the run begins anew', () => {
    const bench = withExecution(1, ['a', 'b'])
    bench.dispatch()
    bench.finish('a')
    bench.dispatch()
    bench.finish('b')
    bench.event({ type: 'run.finished' })
    bench.event({ type: 'run.reset', by: PERSON })
    bench.event({ type: 'run.started', by: PERSON })
    expect(bench.dispatch()).to.have.length(1)
  })
})

describe('a task that is removed', () => {
  const remove = (bench: Bench, task: string) =>
    bench.event({ type: 'task.removed', task: task as TaskId, by: PERSON })

  it('is forgotten when it never started, and kept when it did', () => {
    const bench = new Bench({ agents: { A: {} }, tasks: { a: {}, b: {} } })
    expect(bench.dispatch()).to.deep.equal(['a>A'])
    remove(bench, 'a')
    remove(bench, 'b')
    expect([...bench.state.tasks.keys()]).to.deep.equal(['a'])
    bench.finish('a')
    remove(bench, 'a')
    expect(bench.status('a')).to.deep.equal(['COMPLETED'])
    expect(bench.said()).to.deep.equal(['run.finish:1'])
  })

  it('leaves what needs it blocked, with a reason', () => {
    const bench = new Bench({ agents: { A: {} }, tasks: { a: {}, b: { needs: ['a'] } } })
    remove(bench, 'a')
    expect(bench.task('b')).to.include({ status: 'BLOCKED' })
    expect(bench.task('b').reason).to.equal('needs a, which does not exist')
  })
})
