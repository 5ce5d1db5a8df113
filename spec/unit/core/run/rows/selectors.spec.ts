import { expect } from 'chai'
import type { TaskId } from '../../../../../lib/core/ids.js'
import { renderContext, taskContext } from '../../../../../lib/core/run/context.js'
import { renderReport } from '../../../../../lib/core/run/rows/report.js'
import {
  agentRow,
  gateRow,
  machineRow,
  summaryOf,
  taskRow,
} from '../../../../../lib/core/run/rows/selectors.js'
import { Bench } from '../bench.js'

describe('views of the state', () => {
  const layout = {
    agents: { A: { role: 'impl' }, B: {} },
    tasks: {
      a: { estimateMs: 60_000, role: 'impl' },
      b: {
        estimateMs: 120_000,
        needs: ['a'],
        retry: { attempts: 2, delayMs: 0 },
        verify: ['true'],
        outputs: ['out/'],
      },
      c: { estimateMs: 20_000, agent: 'B' },
    },
    gates: { G: { after: ['b'], approve: 'human' as const, title: 'Ship?' } },
  }

  it('say of a task whose attempt failed when the next may begin, and why', () => {
    const bench = new Bench({
      agents: { A: {} },
      tasks: { a: { retry: { attempts: 2, delayMs: 30_000, jitter: 0 } } },
    })
    bench.now = 1000
    bench.dispatch()
    bench.end('a', 'failed', 'exit status 3')
    const reason = (now: number) => {
      const task = bench.state.tasks.get('a' as TaskId) ?? expect.fail('no task')
      return taskRow(bench.state, task, now).reason
    }
    expect(reason(11_000)).to.equal('next try in 20s; attempt 1 failed: exit status 3; tried again after 30s')
    expect(reason(40_000)).to.equal('attempt 1 failed: exit status 3; tried again after 30s')
  })

  it('sum up what was verified, and say when the forecast has the end', () => {
    const bench = new Bench(layout)
    expect(summaryOf(bench.state, 0)).to.deep.include({ progress: 0, eta: null })
    bench.dispatch()
    bench.now = 30_000
    expect(summaryOf(bench.state, bench.now, 180_000)).to.deep.include({
      progress: 0,
      in_progress: 2,
      eta: new Date(180_000).toISOString(),
    })
    bench.finish('a')
    expect(summaryOf(bench.state, bench.now)).to.deep.include({
      progress: 0.333,
      completed: 1,
      tasks: 3,
      agents: 2,
    })
    bench.dispatch()
    bench.finish('b')
    bench.finish('c')
    expect(summaryOf(bench.state, bench.now)).to.deep.include({ progress: 1, eta: null })
  })

  it('list what needs a person first, and causes without their consequences', () => {
    const bench = new Bench(layout)
    bench.dispatch()
    bench.prove('a', 'fail')
    bench.see('B', 'waiting', { text: 'Allow rm?' })
    bench.machine('here', 'online')
    const { attention } = summaryOf(bench.state, 0)
    expect(attention.map(({ kind, id, text }) => `${kind} ${id} ${text}`)).to.deep.equal([
      'agent_waiting B Allow rm?',
      'task_failed a attempt 1 failed: the agent reported fail',
    ])
  })

  it('name a machine on which nothing can be started, once it has been so for a moment', () => {
    const bench = new Bench(layout)
    bench.machine('here', 'degraded', 'sshd allows no second session')
    const listed = (now: number) =>
      summaryOf(bench.state, now).attention.map(({ kind, id, text, human }) => [kind, id, text, human])
    expect(listed(1000)).to.deep.equal([])
    expect(listed(3000)).to.deep.equal([['machine_degraded', 'here', 'sshd allows no second session', true]])
    expect(summaryOf(bench.state, 3000).needs_you).to.equal(1)
  })

  it('say that agents of this machine start until it was first looked at, not that nobody knows', () => {
    const bench = new Bench(layout)
    bench.see('A', 'idle')
    bench.machine('here', 'unknown')
    expect(agentRow(bench.state, bench.agent('A'))).to.deep.include({
      state: 'starting',
      confidence: 0,
      evidence: null,
      reason: null,
    })
    bench.machine('here', 'online')
    expect(agentRow(bench.state, bench.agent('A'))).to.deep.include({ state: 'idle', reason: null })
  })

  it('point out work that shows no change, with how long', () => {
    const bench = new Bench(layout)
    bench.see('A', 'working', { stalledSince: 60_000 })
    bench.see('B', 'working')
    const { attention, working } = summaryOf(bench.state, 800_000)
    expect(working).to.equal(2)
    expect(attention.map(({ kind, id, text }) => `${kind} ${id} ${text}`)).to.deep.equal([
      'agent_stalled A says that it works, but no change for 12 min',
    ])
  })

  it('point out a task whose agent ended its turn without a report', () => {
    const bench = new Bench(layout)
    bench.dispatch()
    bench.see('A', 'idle')
    bench.see('B', 'idle', { evidence: 'activity' })
    const stalled = (now: number) =>
      summaryOf(bench.state, now)
        .attention.filter(({ kind }) => kind === 'agent_stalled')
        .map(({ id, text }) => `${id}: ${text}`)
    expect(stalled(59_000)).to.deep.equal([])
    expect(stalled(130_000)).to.deep.equal(['A: its turn is over, but a was not reported, for 2 min'])
    bench.see('A', 'working')
    expect(stalled(130_000)).to.deep.equal([])
  })

  it('ask for a person as soon as nobody knows whether a prompt arrived, until the agent works', () => {
    const bench = new Bench(layout)
    bench.dispatch('the text did not show')
    bench.see('B', 'working')
    const asked = () =>
      summaryOf(bench.state, 5000)
        .attention.filter(({ kind }) => kind === 'prompt_unconfirmed')
        .map(({ id: agent, text }) => `${agent}: ${text}`)
    for (const state of ['unknown', 'idle'] as const) {
      bench.see('A', state)
      expect(asked(), state).to.deep.equal([
        'A: a may not have reached it (the text did not show): look, and press Enter if it stands in its composer',
      ])
    }
    bench.see('A', 'waiting')
    expect(asked()).to.deep.equal([])
    bench.see('A', 'working')
    bench.see('A', 'idle')
    expect(asked()).to.deep.equal([])
  })

  it('make the rows of status', () => {
    const bench = new Bench(layout)
    bench.dispatch()
    expect(taskRow(bench.state, bench.task('b'))).to.deep.include({
      status: 'PENDING',
      wave: 2,
      reason: 'waits for a',
      attempt: 0,
      estimated_time: 120,
    })
    expect(taskRow(bench.state, bench.task('a'))).to.deep.include({
      agent: 'A',
      attempt: 1,
      attempt_status: 'running',
      started_at: '1970-01-01T00:00:00.000Z',
    })
    expect(agentRow(bench.state, bench.agent('A'), { pane: '%4' })).to.deep.include({
      state: 'idle',
      task: 'a',
      pane: '%4',
      generation: 1,
      restarts: 0,
    })
    bench.machine('here', 'offline')
    expect(agentRow(bench.state, bench.agent('A'))).to.deep.include({
      state: 'unknown',
      confidence: 0,
      reason: 'here is offline',
    })
    expect(machineRow(bench.state, [...bench.state.machines.values()][0]!)).to.deep.include({
      agents: 2,
      state: 'offline',
    })
    expect(gateRow(bench.gate('G'))).to.deep.include({ status: 'closed', approve: 'human' })
  })

  it('give a fresh agent all that came before', () => {
    const bench = new Bench(layout)
    bench.dispatch()
    const proof = { kind: 'report' as const, outcome: 'done' as const, text: 'made `core`', exitCode: null }
    bench.event({ type: 'attempt.proved', attempt: bench.attemptOf('a'), proof })
    bench.verify('a')
    bench.dispatch()
    const attempt = bench.attemptOf('b')
    bench.event({ type: 'attempt.progressed', attempt, progress: 0.5, text: null, checkpoint: 'half.md' })
    bench.finish('b')
    expect(taskContext(bench.state, 'b' as TaskId).needs[0]).to.deep.include({
      status: 'COMPLETED',
      text: 'made `core`',
    })
    const text = renderContext(taskContext(bench.state, 'b' as TaskId))
    expect(text)
      .to.contain('# b: b')
      .and.contain('> made `core`')
      .and.contain('`half.md`')
      .and.contain('must pass `true`')
    expect(() => taskContext(bench.state, 'zz' as TaskId)).to.throw(RangeError)
  })

  it('report waves, people, failures and parallel work', () => {
    const bench = new Bench(layout)
    bench.dispatch()
    bench.now = 60_000
    bench.finish('a')
    bench.finish('c')
    bench.dispatch()
    bench.prove('b', 'fail')
    bench.dispatch()
    bench.now = 180_000
    bench.finish('b')
    const text = renderReport(bench.state, bench.now)
    expect(text).to.contain('## Wave 2').and.contain('| b | b | COMPLETED |')
    expect(text).to.contain('### b.1 by').and.contain('## Checks').and.contain('at most 2 at once')
    expect(text).to.contain('one agent alone: 4m00s, 1.3 times as long')
  })
})
