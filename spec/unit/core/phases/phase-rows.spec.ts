import { expect } from 'chai'
import { forecast } from '../../../../lib/core/phases/forecast.js'
import { milestoneEvents } from '../../../../lib/core/phases/milestone-events.js'
import { milestoneRows, phaseRows } from '../../../../lib/core/phases/phase-rows.js'
import { taskRow } from '../../../../lib/core/run/rows/selectors.js'
import { layoutOf } from '../../../../lib/simulate/layout-of.js'
import { Bench } from '../run/bench.js'

const HOUR = 3_600_000
const PLAN = {
  agents: { A: { role: 'implement' } },
  tasks: {
    adr: { estimateMs: HOUR },
    sketch: { role: 'implement', estimateMs: HOUR },
    pg: { estimateMs: 2 * HOUR },
    docs: {},
  },
  gates: { ok: { approve: 'human' as const } },
  phases: {
    p0: { title: 'Decide', goal: 'Five documents', tasks: ['adr', 'sketch'], gate: 'ok' },
    p1: { tasks: ['pg'], needs: ['p0'] },
  },
}

describe('the rows of a plan', () => {
  it('say of each phase what it is at, from the journal', () => {
    const bench = new Bench(PLAN, { start: false })
    const states = () => phaseRows(bench.state).map(({ state, done, total }) => `${state} ${done}/${total}`)
    expect(states()).to.deep.equal(['not_started 0/2', 'not_started 0/1'])
    const run = new Bench(PLAN)
    const now = () => phaseRows(run.state).map(({ state, done, total }) => `${state} ${done}/${total}`)
    expect(now()).to.deep.equal(['planning 0/2', 'not_started 0/1'])
    run.dispatch()
    expect(now()[0]).to.equal('in_progress 0/2')
    run.now = HOUR
    run.finish('adr')
    run.dispatch()
    run.now = 3 * HOUR
    run.finish('sketch')
    expect(now()).to.deep.equal(['waiting_for_gate 2/2', 'not_started 0/1'])
    run.approve('ok')
    expect(now()[0]).to.equal('complete 2/2')
    expect(phaseRows(run.state)[0]).to.deep.include({
      title: 'Decide',
      goal: 'Five documents',
      gate: 'ok',
      gate_status: 'open',
      estimated_time: 7200,
      worked_time: 3 * 3600,
      started_at: '1970-01-01T00:00:00.000Z',
      ended_at: '1970-01-01T03:00:00.000Z',
    })
  })

  it('call a phase planning while only its planning was begun, and count what is stuck', () => {
    const bench = new Bench({
      agents: { P: { role: 'planning' }, A: {} },
      tasks: { plan: { role: 'planning' }, a: { agent: 'A', needs: ['plan'] } },
      phases: { p0: { tasks: ['plan', 'a'] } },
    })
    bench.dispatch()
    expect(phaseRows(bench.state)[0]).to.include({ state: 'planning' })
    bench.finish('plan')
    bench.dispatch()
    bench.end('a', 'failed')
    expect(phaseRows(bench.state)[0]).to.include({ state: 'in_progress', done: 1, failed: 1 })
  })

  it('say of each milestone when it is expected, and by how much late', () => {
    const bench = new Bench({ ...PLAN, milestones: { m: { due: '1970-01-01T03:00', tasks: ['p0', 'pg'] } } })
    const { milestones } = forecast(bench.state, { now: 0, zone: 'UTC' })
    expect(milestoneRows(bench.state, milestones)[0]).to.deep.equal({
      id: 'm',
      title: null,
      due: '1970-01-01T03:00:00.000Z',
      forecast: '1970-01-01T04:00:00.000Z',
      state: 'late',
      late_s: 3600,
      slow_forecast: '1970-01-01T04:00:00.000Z',
      slow_late_s: 3600,
      done: 0,
      total: 3,
      stuck: [],
      stop_other_work: false,
      since: null,
    })
  })

  it('say that a milestone is done as soon as it is, its gate too, and how late, whatever the last forecast said', () => {
    const due = '1970-01-01T03:30'
    const bench = new Bench({ ...PLAN, milestones: { m: { due, tasks: ['p0'] } } })
    const { milestones } = forecast(bench.state, { now: 0, zone: 'UTC' })
    const row = () => milestoneRows(bench.state, milestones)[0]
    bench.dispatch()
    bench.finish('adr')
    bench.dispatch()
    bench.now = 3 * HOUR
    bench.finish('sketch')
    expect(row()).to.include({ state: 'on_time', done: 2, total: 2 })
    bench.now = 4 * HOUR
    bench.approve('ok')
    const expected = { state: 'done', late_s: 1800, slow_late_s: 1800, forecast: '1970-01-01T04:00:00.000Z' }
    expect(row()).to.include(expected)
    const again = forecast(bench.state, { now: 5 * HOUR, zone: 'UTC' })
    expect(milestoneRows(bench.state, again.milestones)[0]).to.include(expected)
  })
})

describe('a milestone that stops other work', () => {
  const init = (due: string) => ({
    ...PLAN,
    agents: { A: { role: 'implement' }, B: {} },
    milestones: { m: { due, tasks: ['pg'], stopOtherWork: true } },
  })
  const look = (bench: Bench) => {
    const { milestones } = forecast(bench.state, { now: bench.now, zone: 'UTC' })
    for (const event of milestoneEvents(bench.state, milestones)) bench.event(event)
  }

  it('holds back, while it is late, all but its tasks and what they need, and interrupts nothing', () => {
    const bench = new Bench(init('1970-01-01T02:00'))
    bench.relayout(init('1970-01-01T02:00'))
    look(bench)
    expect(bench.state.milestones.get('m' as never)).to.include({ state: 'late' })
    expect(taskRow(bench.state, bench.task('docs')).reason).to.equal(
      'waits: only the work of m, which is late, is dispatched',
    )
    expect(bench.dispatch()).to.deep.equal(['adr>B', 'sketch>A'])
    bench.finish('adr')
    expect(bench.dispatch()).to.deep.equal([])
    // The journal says the same of a state that is built from its records alone.
    bench.relayout(init('1970-01-01T02:00'))
    expect(bench.dispatch()).to.deep.equal([])
  })

  it('lets other work go on when it is on time again, or done', () => {
    const bench = new Bench(init('1970-01-01T02:00'))
    look(bench)
    bench.dispatch()
    bench.finish('adr')
    bench.relayout(init('1970-01-02'))
    look(bench)
    expect(bench.state.milestones.get('m' as never)).to.include({ state: 'on_time' })
    expect(bench.dispatch()).to.deep.equal(['docs>B'])
    expect(layoutOf(init('1970-01-02')).milestones[0]!.stopOtherWork).to.equal(true)
  })

  it('notes each change of its state once', () => {
    const bench = new Bench(init('1970-01-01T02:00'))
    const { milestones } = forecast(bench.state, { now: 0, zone: 'UTC' })
    expect(milestoneEvents(bench.state, milestones)).to.have.length(1)
    look(bench)
    expect(milestoneEvents(bench.state, milestones)).to.have.length(0)
  })
})
