/** A layout that is edited while a run goes on, or after it. */
import { expect } from 'chai'
import type { GateId, MachineId } from '../../../../lib/core/ids.js'
import { SOME_PERSON } from '../../../../lib/core/principal.js'
import { givenContext, renderGiven } from '../../../../lib/core/run/context.js'
import { renderReport } from '../../../../lib/core/run/rows/report.js'
import { progressOf } from '../../../../lib/core/run/rows/selectors.js'
import { Bench } from './bench.js'

const agents = { A: {}, B: {} }

describe('a task that an edit removes', () => {
  const running = () => {
    const bench = new Bench({ agents, tasks: { t1: {}, t2: { needs: ['t1'] }, t3: {} } })
    bench.dispatch()
    bench.relayout({ agents, tasks: { t3: {} } })
    return bench
  }

  it('ends with the true reason', () => {
    const bench = running()
    const stop = bench.actions().find(({ type }) => type === 'attempt.stop')
    expect(stop).to.include({ attempt: 't1.1', why: 'it is not in the layout any more' })
    bench.end('t1', 'cancelled', 'it is not in the layout any more')
    expect(bench.task('t1')).to.include({
      status: 'CANCELLED',
      reason: 'it is not in the layout any more',
      removed: true,
    })
  })

  it('is pending again with its dependents when it comes back, and makes no run incomplete while it is away', () => {
    const bench = running()
    bench.end('t1', 'cancelled')
    bench.finish('t3')
    expect(progressOf(bench.state)).to.equal(1)
    bench.relayout({ agents, tasks: { t1: {}, t2: { needs: ['t1'] }, t3: {} } })
    expect(bench.status('t1', 't2', 't3')).to.deep.equal(['READY', 'PENDING', 'COMPLETED'])
    expect(bench.dispatch()).to.deep.equal(['t1>B'])
  })

  it('goes on, or is tried again, when the edit is undone before it has ended', () => {
    const bench = running()
    bench.relayout({ agents, tasks: { t1: {}, t2: { needs: ['t1'] }, t3: {} } })
    expect(bench.said()).to.deep.equal([])
    bench.end('t1', 'cancelled', 'the stop was on its way')
    expect(bench.task('t1').status).to.equal('READY')
  })

  it('keeps the reason of a person who cancelled it before', () => {
    const bench = new Bench({ agents, tasks: { t1: {} } })
    bench.dispatch()
    bench.event({ type: 'task.cancel_requested', task: 't1' as never, by: SOME_PERSON })
    bench.relayout({ agents, tasks: {} })
    expect(bench.task('t1').cancelRequested).to.equal('cancelled by a person')
  })

  it('does not come back by `run --again`', () => {
    const bench = running()
    bench.end('t1', 'cancelled')
    bench.finish('t3')
    bench.event({ type: 'run.finished' })
    bench.event({ type: 'run.reset', by: SOME_PERSON })
    bench.event({ type: 'run.started', by: SOME_PERSON })
    expect(bench.dispatch()).to.deep.equal(['t3>A'])
  })

  it('does not leave its attempt on a machine that nobody looks at any more', () => {
    const bench = new Bench({
      machines: { here: {}, there: { kind: 'ssh' } },
      tasks: { t1: { kind: 'command', command: 'true', machine: 'there' } },
    })
    bench.dispatch()
    bench.relayout({ machines: { here: {} }, tasks: { t1: { kind: 'command', command: 'true' } } })
    expect(bench.state.machines.has('there' as MachineId)).to.equal(true)
  })
})

describe('a run that has ended', () => {
  it('does not begin again by an edit: what was added waits for `run`', () => {
    const bench = new Bench({ agents, tasks: { t1: {} } })
    bench.dispatch()
    bench.finish('t1')
    bench.event({ type: 'run.finished' })
    bench.relayout({ agents, tasks: { t1: {}, docs: {} } }, true)
    expect(bench.state.phase).to.equal('finished')
    expect(bench.said()).to.deep.equal([])
    bench.event({ type: 'run.started', by: SOME_PERSON })
    expect(bench.dispatch()).to.deep.equal(['docs>B'])
  })

  it('does not begin again because agents are started by an edit', () => {
    const bench = new Bench({ agents: { A: { role: 'x' } }, tasks: { t1: { role: 'x' }, t2: { role: 'y' } } })
    bench.dispatch()
    bench.finish('t1')
    bench.event({ type: 'run.finished' })
    bench.relayout({ agents: { A: { role: 'x' }, B: { role: 'y' } }, tasks: { t1: {}, t2: { role: 'y' } } })
    bench.bringUp()
    expect(bench.task('t2').status).to.equal('READY')
    expect(bench.state.phase).to.equal('finished')
  })
})

describe('what an attempt was told', () => {
  const edited = () => {
    const bench = new Bench({
      agents,
      tasks: { t1: { prompt: 'do ONE', outputs: ['a'], verify: ['test -s a'], timeoutMs: 60_000 } },
    })
    bench.dispatch()
    bench.relayout({
      agents,
      tasks: { t1: { prompt: 'do TWO', outputs: ['b'], verify: ['test -s b'], timeoutMs: 1000 } },
    })
    return bench
  }

  it('is kept with it, and is what `context` shows while it lives', () => {
    const bench = edited()
    expect(bench.attempt('t1').told.task).to.include({ prompt: 'do ONE' })
    const given = givenContext(bench.state, 't1' as never)
    expect(given).to.deep.include({ attempt: 't1.1', changed: ['prompt', 'timeout', 'outputs', 'verify'] })
    const text = renderGiven(given)
    expect(text).to.include('do ONE').and.to.include('must leave `a`').and.not.to.include('TWO')
    expect(text).to.include(
      't1.1 was told this. The layout has changed since (prompt, timeout, outputs, verify)',
    )
  })

  it('decides its time-out: an edit ends nothing that runs', () => {
    const bench = edited()
    bench.now = 30_000
    expect(bench.said()).to.deep.equal([])
    bench.now = 60_001
    expect(bench.said()).to.deep.equal(['attempt.stop:t1.1:timed_out'])
  })

  it('is told to the next attempt and to the report where it differs', () => {
    const bench = edited()
    expect(renderReport(bench.state, 0)).to.match(/t1\.1: the layout has changed since [^]*do ONE/)
    bench.end('t1', 'lost')
    const next = givenContext(bench.state, 't1' as never)
    expect(next).to.deep.include({ attempt: null, changed: [] })
    expect(next.task.prompt).to.equal('do TWO')
    expect(next.earlier[0]?.told).to.equal('do ONE')
  })
})

describe('a task that is disabled while it runs', () => {
  it('goes on, and is not tried again', () => {
    const bench = new Bench({ agents, tasks: { t1: { retry: { attempts: 3 } } } })
    bench.dispatch()
    bench.relayout({ agents, tasks: { t1: { retry: { attempts: 3 }, disabled: true } } })
    expect(bench.said()).to.deep.equal([])
    bench.end('t1', 'failed', 'oh')
    expect(bench.task('t1').status).to.equal('CANCELLED')
    expect(bench.task('t1').reason).to.match(/^disabled in the layout; attempt 1 failed: oh/)
  })
})

describe('a gate that asks something else', () => {
  const checks = (command: string, ok = true) => [
    { command, ok, exitCode: ok ? 0 : 1, output: '', durationMs: 1 },
  ]

  it('is asked again, and an answer to the old question does not count', () => {
    const bench = new Bench({ gates: { g: { verify: ['old'] } }, tasks: {} })
    expect(bench.gate('g').status).to.equal('checking')
    bench.now = 5
    bench.relayout({ gates: { g: { verify: ['new'] } }, tasks: {} })
    expect(bench.gate('g')).to.include({ status: 'checking', since: 5 })
    bench.event({ type: 'gate.checked', gate: 'g' as GateId, ok: true, head: null, checks: checks('old') })
    expect(bench.gate('g').status).to.equal('checking')
    bench.event({ type: 'gate.checked', gate: 'g' as GateId, ok: true, head: null, checks: checks('new') })
    expect(bench.gate('g').status).to.equal('open')
  })

  it('has another chance when it had failed, and stays open once it is', () => {
    const bench = new Bench({ gates: { g: { verify: ['old'] } }, tasks: {} })
    bench.event({
      type: 'gate.checked',
      gate: 'g' as GateId,
      ok: false,
      head: null,
      checks: checks('old', false),
    })
    expect(bench.gate('g').status).to.equal('failed')
    bench.relayout({ gates: { g: { verify: ['new'] } }, tasks: {} })
    expect(bench.gate('g').status).to.equal('checking')
    bench.event({ type: 'gate.checked', gate: 'g' as GateId, ok: true, head: null, checks: checks('new') })
    bench.relayout({ gates: { g: { verify: ['other'] } }, tasks: {} })
    expect(bench.gate('g').status).to.equal('open')
  })
})

describe('an agent whose entry is edited', () => {
  it('differs from what runs until it was started again, or the edit is undone', () => {
    const bench = new Bench({ agents: { A: { cwd: '~/a' } }, tasks: {} })
    bench.relayout({ agents: { A: { cwd: '~/b' } }, tasks: {} })
    bench.relayout({ agents: { A: { cwd: '~/b' } }, tasks: {} })
    expect(bench.agent('A')).to.include({ specChanged: true })
    expect(bench.agent('A').startedAs?.cwd).to.equal('~/a')
    bench.relayout({ agents: { A: { cwd: '~/a' } }, tasks: {} })
    expect(bench.agent('A')).to.include({ specChanged: false })
  })
})
