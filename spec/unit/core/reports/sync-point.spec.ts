import { expect } from 'chai'
import { reportMadeSteps } from '../../../../lib/core/reports/report-made.js'
import { decodeState, encodeState, sameState } from '../../../../lib/core/run/journal/snapshot.js'
import { JOURNAL_FORMAT } from '../../../../lib/core/run/journal/format.js'
import { drained } from '../../../../lib/core/steps.js'
import { Bench } from '../run/bench.js'

describe('a sync point', () => {
  it('names each task once, also those that end in its own millisecond and after it was made', () => {
    const run = new Bench({
      agents: { A: {}, B: {}, C: {}, D: {} },
      tasks: { a: {}, b: {}, c: {}, d: {} },
      phases: { p: { tasks: ['a'] }, q: { tasks: ['b'] }, r: { tasks: ['c', 'd'] } },
      sync: { on: ['phase'] },
    })
    const done: string[][] = []
    /** As the daemon does: the report says how things stood, and is journalled `later` milliseconds after that. */
    const sync = (end: () => void, later: number) => {
      const action = run.actions().find(({ type }) => type === 'report.make')
      if (action?.type !== 'report.make') throw new Error('no sync point is due')
      const event = drained(reportMadeSteps(run.state, action, { now: run.now, zone: 'UTC' }))!
      done.push(/\*\*Done\*\*:([^*]*)/.exec(event.text)![1]!.match(/\b[a-d]\b/g) ?? [])
      end()
      run.now += later
      run.event(event)
    }
    run.dispatch()
    run.now = 1000
    run.finish('a')
    sync(() => run.finish('b'), 40)
    sync(() => {
      run.now += 5
      run.finish('c')
    }, 40)
    run.finish('d')
    sync(() => undefined, 0)
    expect(done).to.deep.equal([['a'], ['b'], ['c', 'd']])
    expect(run.actions().filter(({ type }) => type === 'report.make')).to.deep.equal([])
    const back = decodeState(encodeState(run.state), JOURNAL_FORMAT)
    expect(typeof back === 'string' ? back : sameState(back, run.state)).to.equal(true)
  })
})
