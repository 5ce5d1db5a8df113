import { expect } from 'chai'
import type { TaskId } from '../../../../lib/core/ids.js'
import { progressOf } from '../../../../lib/core/run/rows/selectors.js'
import { PERSON } from '../../../support/principals.js'
import { Bench } from './bench.js'

describe('a task with when: on_failure', () => {
  const deployment = (more: object = {}) =>
    new Bench({
      agents: { A: {} },
      tasks: {
        build: {},
        deploy: { needs: ['build'] },
        health: { needs: ['deploy'] },
        rollback: { needs: ['deploy', 'health'], when: 'on_failure' },
        ...more,
      },
    })
  const through = (bench: Bench, ...tasks: string[]) => {
    for (const task of tasks) {
      expect(bench.dispatch()).to.deep.equal([`${task}>A`])
      bench.finish(task)
    }
  }
  const retry = (bench: Bench, task: string) =>
    bench.event({ type: 'task.retry_requested', task: task as TaskId, by: PERSON })

  it('is left out when all went well, and the run is whole', () => {
    const bench = deployment()
    through(bench, 'build', 'deploy')
    expect(bench.status('rollback')).to.deep.equal(['PENDING'])
    through(bench, 'health')
    expect(bench.status('rollback')).to.deep.equal(['CANCELLED'])
    expect(bench.task('rollback').reason).to.equal('not needed: nothing that it looks after has failed')
    expect(bench.said()).to.deep.equal(['run.finish:4'])
    expect(progressOf(bench.state)).to.equal(1)
  })

  for (const how of ['failed', 'timed_out'] as const) {
    it(`starts when what it looks after has ${how}`, () => {
      const bench = deployment()
      through(bench, 'build', 'deploy')
      bench.dispatch()
      bench.end('health', how)
      expect(bench.status('health', 'rollback')).to.deep.equal(['FAILED', 'READY'])
      through(bench, 'rollback')
      expect(bench.said()).to.deep.equal(['run.finish:4'])
      expect(progressOf(bench.state)).to.equal(0.75)
    })
  }

  it('waits while what failed is tried again', () => {
    const bench = deployment({ health: { needs: ['deploy'], retry: { attempts: 2 } } })
    through(bench, 'build', 'deploy')
    bench.dispatch()
    bench.prove('health', 'fail')
    expect(bench.status('rollback')).to.deep.equal(['PENDING'])
    bench.now = 20_000
    through(bench, 'health')
    expect(bench.status('rollback')).to.deep.equal(['CANCELLED'])
  })

  it('starts when the first of them failed, for the others cannot start any more', () => {
    const bench = deployment()
    through(bench, 'build')
    bench.dispatch()
    bench.prove('deploy', 'fail')
    expect(bench.status('health', 'rollback')).to.deep.equal(['BLOCKED', 'READY'])
  })

  it('is blocked where nothing was done that could fail, and is needed later', () => {
    const bench = deployment()
    bench.dispatch()
    bench.prove('build', 'fail')
    expect(bench.status('deploy', 'rollback')).to.deep.equal(['BLOCKED', 'BLOCKED'])
    retry(bench, 'build')
    through(bench, 'build', 'deploy')
    bench.dispatch()
    bench.prove('health', 'fail')
    expect(bench.status('rollback')).to.deep.equal(['READY'])
  })

  it('runs once more when what failed is tried again and fails again', () => {
    const bench = deployment()
    through(bench, 'build', 'deploy')
    bench.dispatch()
    bench.prove('health', 'fail')
    through(bench, 'rollback')
    retry(bench, 'health')
    expect(bench.status('rollback')).to.deep.equal(['PENDING'])
    bench.dispatch()
    bench.prove('health', 'fail')
    expect(bench.status('rollback')).to.deep.equal(['READY'])
    through(bench, 'rollback')
    retry(bench, 'health')
    through(bench, 'health')
    expect(bench.status('rollback')).to.deep.equal(['CANCELLED'])
  })

  it('leaves out what stands behind it, and a phase that holds it is through', () => {
    const bench = new Bench({
      agents: { A: {} },
      tasks: {
        health: {},
        rollback: { needs: ['health'], when: 'on_failure' },
        told: { needs: ['rollback'] },
        next: { needs: ['p'] },
      },
      phases: { p: { tasks: ['health', 'rollback', 'told'] } },
    })
    through(bench, 'health')
    expect(bench.status('rollback', 'told', 'next')).to.deep.equal(['CANCELLED', 'CANCELLED', 'READY'])
    expect(bench.task('told').reason).to.equal('not needed, because rollback was not')
  })
})
