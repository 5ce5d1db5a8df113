import { expect } from 'chai'
import { reportMadeSteps } from '../../../../lib/core/reports/report-made.js'
import { parseReportTime } from '../../../../lib/core/reports/schedule.js'
import { decodeState, encodeState, sameState } from '../../../../lib/core/run/journal/snapshot.js'
import { JOURNAL_FORMAT } from '../../../../lib/core/run/journal/format.js'
import { drained } from '../../../../lib/core/steps.js'
import { Bench } from '../run/bench.js'

const H = 3_600_000
const DAY = 24 * H

/** The reports that are decided on, as the daemon makes them. */
function made(run: Bench) {
  return run.actions().flatMap((action) => {
    if (action.type !== 'report.make') return []
    return drained(reportMadeSteps(run.state, action, { now: run.now, zone: 'UTC' })) ?? []
  })
}

describe('a report that was due while the daemon was away', () => {
  const layout = {
    agents: { A: {} },
    tasks: { a: {} },
    timezone: 'UTC',
    reports: { standup: parseReportTime('09:30')! },
  }

  it('is made once, the latest alone, and marked late; then the next one at its time', () => {
    const run = new Bench(layout)
    expect([made(run).length, run.wakeAt()]).to.deep.equal([0, 9.5 * H])
    run.now = 3 * DAY + 12 * H
    const [late, ...more] = made(run)
    expect([late?.late, late?.dueAt, more.length]).to.deep.equal([true, 3 * DAY + 9.5 * H, 0])
    expect(late?.title).to.equal('Daily Standup - [1970-01-04] - Worker A (late)')
    run.event(late!)
    expect([made(run).length, run.wakeAt()]).to.deep.equal([0, 4 * DAY + 9.5 * H])
    run.now = 4 * DAY + 9.5 * H
    expect(made(run).map((one) => one.late)).to.deep.equal([false])
    const back = decodeState(encodeState(run.state), JOURNAL_FORMAT)
    expect(typeof back === 'string' ? back : sameState(back, run.state)).to.equal(true)
  })

  it('is made once over a night of summer time, in which its hour is skipped or comes twice', () => {
    const berlin = { ...layout, timezone: 'Europe/Berlin', reports: { standup: parseReportTime('02:30')! } }
    for (const [day, dueAt] of [
      ['2026-03-29', '01:30'],
      ['2026-10-25', '00:30'],
    ] as const) {
      // prettier-ignore
      const run = new Bench(berlin)
      run.now = Date.parse(`${day}T00:00Z`) - DAY + 12 * H
      run.event(made(run)[0]!)
      expect(run.wakeAt()).to.equal(Date.parse(`${day}T${dueAt}Z`))
      // Away from noon to noon.
      run.now += DAY
      const [late, ...more] = made(run)
      expect([late?.late, late?.dueAt, more.length]).to.deep.equal([true, Date.parse(`${day}T${dueAt}Z`), 0])
      run.event(late!)
      expect(made(run)).to.deep.equal([])
    }
  })

  it('is not made for the time before it was asked for, nor of a run that ended before the last one', () => {
    const run = new Bench({ ...layout, reports: {} })
    run.now = 2 * DAY + 12 * H
    run.relayout(layout)
    expect(made(run)).to.deep.equal([])
    run.dispatch()
    run.finish('a')
    run.event({ type: 'run.finished' })
    run.now = 3 * DAY + 10 * H
    const [last] = made(run)
    run.event(last!)
    run.now = 9 * DAY
    expect(made(run)).to.deep.equal([])
  })
})
