import { expect } from 'chai'
import type { AgentId, Nonce, TaskId } from '../../../../lib/core/ids.js'
import { attemptId } from '../../../../lib/core/ids.js'
import { Bench } from './bench.js'
import { PERSON } from '../../../support/principals.js'

describe('attempts', () => {
  it('complete a task only by proof and checks', () => {
    const bench = new Bench({ agents: { A: {} }, tasks: { a: {} } })
    bench.dispatch()
    bench.see('A', 'idle')
    expect(bench.status('a')).to.deep.equal(['IN_PROGRESS'])
    bench.event({
      type: 'attempt.ended',
      attempt: bench.attemptOf('a'),
      status: 'succeeded',
      reason: 'says so',
      screen: null,
    })
    expect(bench.status('a')).to.deep.equal(['IN_PROGRESS'])
    bench.prove('a')
    expect(bench.said()).to.deep.equal(['attempt.verify:a.1'])
    bench.verify('a')
    expect(bench.status('a')).to.deep.equal(['COMPLETED'])
    bench.prove('a', 'fail')
    bench.verify('a', false)
    expect(bench.status('a')).to.deep.equal(['COMPLETED'])
  })

  it('are at most one a task and one an agent, whatever is journalled', () => {
    const bench = new Bench({ agents: { A: {}, B: {} }, tasks: { a: {}, b: {} } })
    bench.dispatch()
    const started = (attempt: string, task: string, agent: string) =>
      bench.event({
        type: 'attempt.started',
        attempt: attempt as never,
        task: task as TaskId,
        agent: agent as AgentId,
        generation: 1,
        machine: 'here' as never,
        nonce: 'bbbbbbbb' as Nonce,
        random: 0,
        headless: false,
      })
    started('a.1', 'a', 'A')
    started('a.2', 'a', 'B')
    bench.finish('a')
    started('a.2', 'a', 'A')
    expect([...bench.state.attempts.keys()]).to.deep.equal([
      attemptId('a' as TaskId, 1),
      attemptId('b' as TaskId, 1),
    ])
  })

  it('are said again with `recorded` while they start', () => {
    const bench = new Bench({ agents: { A: {} }, tasks: { a: {} } })
    bench.event({
      type: 'attempt.started',
      attempt: attemptId('a' as TaskId, 1),
      task: 'a' as TaskId,
      agent: 'A' as AgentId,
      generation: 1,
      machine: 'here' as never,
      nonce: 'bbbbbbbb' as Nonce,
      random: 0,
      headless: false,
    })
    expect(bench.actions()).to.deep.include({
      key: 'attempt.start:a.1',
      type: 'attempt.start',
      attempt: 'a.1',
      task: 'a',
      agent: 'A',
      machine: 'here',
      recorded: true,
    })
  })

  it('fail when the checks do not pass, and say which', () => {
    const bench = new Bench({ agents: { A: {} }, tasks: { a: {} } })
    bench.dispatch()
    bench.prove('a')
    bench.verify('a', false)
    expect(bench.task('a')).to.deep.include({
      status: 'FAILED',
      reason: 'attempt 1 failed: verify: check: exit status 1',
    })
  })

  it('are repeated with growing pauses and jitter, up to their number', () => {
    const retry = { attempts: 3, delayMs: 10_000, backoff: 3 }
    const bench = new Bench({ agents: { A: {} }, tasks: { a: { retry } } })
    const pauses: number[] = []
    for (let n = 1; n <= 2; n += 1) {
      bench.dispatch()
      bench.prove('a', 'fail')
      pauses.push((bench.wakeAt() ?? NaN) - bench.now)
      expect(bench.dispatch()).to.deep.equal([])
      bench.now = bench.wakeAt() ?? NaN
    }
    bench.dispatch()
    bench.prove('a', 'fail')
    expect(pauses).to.deep.equal([10_000, 30_000])
    expect(bench.status('a')).to.deep.equal(['FAILED'])
    bench.event({ type: 'task.retry_requested', task: 'a' as TaskId, by: PERSON })
    expect(bench.dispatch()).to.deep.equal(['a>A'])
  })

  it('are not repeated after what the policy excepts', () => {
    const retry = { attempts: 3, except: ['exit:2'] }
    const bench = new Bench({ tasks: { a: { kind: 'command', retry }, b: { kind: 'command', retry } } })
    bench.dispatch()
    bench.prove('a', 'fail', 2)
    bench.prove('b', 'fail', 3)
    expect(bench.status('a', 'b')).to.deep.equal(['FAILED', 'READY'])
  })

  it('give a task to its fallback when its own agent has used them up', () => {
    const bench = new Bench({ agents: { A: {}, B: {} }, tasks: { a: { agent: 'A', fallback: 'B' } } })
    expect(bench.dispatch()).to.deep.equal(['a>A'])
    bench.prove('a', 'fail')
    expect(bench.dispatch()).to.deep.equal(['a>B'])
    bench.prove('a', 'fail')
    expect(bench.status('a')).to.deep.equal(['FAILED'])
  })

  it('that are lost do not count, but not for ever', () => {
    const bench = new Bench({ agents: { A: {} }, tasks: { a: { retry: { delayMs: 0 } } } })
    for (let n = 1; n <= 6; n += 1) {
      expect(bench.status('a')).to.deep.equal(['READY'])
      bench.dispatch()
      bench.end('a', 'lost')
    }
    expect(bench.status('a')).to.deep.equal(['FAILED'])
  })

  it('fail with their agent, and the task goes on elsewhere', () => {
    const bench = new Bench({
      agents: { A: {}, B: {} },
      tasks: { a: { retry: { attempts: 2, delayMs: 0 } } },
    })
    bench.dispatch()
    bench.exit('A')
    expect(bench.attempt('a')).to.deep.include({ cause: 'agent_exited', reason: 'A exited: exit status 1' })
    expect(bench.dispatch()).to.deep.equal(['a>B'])
  })

  it('that had proved their end outlive their agent', () => {
    const bench = new Bench({ agents: { A: {} }, tasks: { a: {} } })
    bench.dispatch()
    bench.prove('a')
    bench.exit('A')
    bench.verify('a')
    expect(bench.status('a')).to.deep.equal(['COMPLETED'])
    expect(bench.agent('A').attempt).to.equal(null)
  })

  it('end by time-out, which does not count while the agent is limited or waits for a person', () => {
    const bench = new Bench({ agents: { A: {} }, tasks: { a: { timeoutMs: 10_000 } } })
    bench.dispatch()
    bench.now = 4000
    bench.see('A', 'limited')
    bench.now = 50_000
    expect(bench.said()).to.deep.equal([])
    bench.see('A', 'working')
    expect(bench.wakeAt()).to.equal(56_000)
    bench.now = 56_000
    expect(bench.said()).to.deep.equal(['attempt.stop:a.1:timed_out'])
    bench.end('a', 'timed_out', 'took longer than 10 s')
    expect(bench.task('a')).to.deep.include({
      status: 'FAILED',
      reason: 'attempt 1 timed_out: took longer than 10 s',
    })
  })

  it('move from a limited agent when it says so and somebody else is there', () => {
    const bench = new Bench({ agents: { A: { onLimit: 'move' }, B: {} }, tasks: { a: {}, b: {} } })
    bench.dispatch()
    bench.finish('b')
    bench.see('A', 'limited')
    expect(bench.said()).to.deep.equal(['attempt.stop:a.1:lost'])
    bench.end('a', 'lost', 'limited')
    bench.now = 60_000
    expect(bench.dispatch()).to.deep.equal(['a>B'])
  })

  it('that report being blocked block their task until a person tries again', () => {
    const retry = { attempts: 3 }
    const bench = new Bench({ agents: { A: {} }, tasks: { a: { retry }, b: { needs: ['a'] } } })
    bench.dispatch()
    bench.prove('a', 'blocked')
    expect(bench.status('a', 'b')).to.deep.equal(['BLOCKED', 'BLOCKED'])
    bench.event({ type: 'task.retry_requested', task: 'a' as TaskId, by: PERSON })
    expect(bench.status('a', 'b')).to.deep.equal(['READY', 'PENDING'])
  })

  it('are stopped when their task is cancelled, also in a pause', () => {
    const bench = new Bench({ agents: { A: {} }, tasks: { a: {} } })
    bench.dispatch()
    bench.event({ type: 'run.paused', by: PERSON })
    bench.event({ type: 'task.cancel_requested', task: 'a' as TaskId, by: PERSON })
    expect(bench.said()).to.deep.equal(['attempt.stop:a.1:cancelled'])
    bench.end('a', 'cancelled', 'cancelled by a person')
    expect(bench.task('a')).to.deep.include({ status: 'CANCELLED', reason: 'cancelled by a person' })
  })

  it('are spared when the work is there already, looked at after what it needs', () => {
    const tasks = { a: {}, b: { needs: ['a'], whenAlreadyDone: 'test -f x' } }
    const bench = new Bench({ agents: { A: {} }, tasks })
    bench.dispatch()
    expect(bench.said()).to.deep.equal([])
    bench.finish('a')
    expect(bench.said()).to.deep.equal(['task.check_done:b'])
    bench.event({ type: 'task.already_done', task: 'b' as TaskId, done: true, output: '' })
    expect(bench.task('b')).to.deep.include({ status: 'COMPLETED', reason: 'was already done' })
  })
})
