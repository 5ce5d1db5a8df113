import { expect } from 'chai'
import { clockShift } from '../../../../lib/core/run/clock-shift.js'
import { Bench } from './bench.js'

const DAY = 86_400_000
const mark = (at: number, uptimeMs: number, boot: string | null = 'a') => ({ boot, uptimeMs, at })

describe('clockShift', () => {
  for (const [how, by] of [
    ['a day ahead', -DAY],
    ['a day behind', DAY],
  ] as const) {
    it(`moves everything by what the clock was wrong in the same boot: ${how}`, () => {
      const now = mark(10 * DAY, 60_000)
      const before = mark(10 * DAY - by - 50_000, 10_000)
      expect(clockShift(before, now, before.at + 30_000)).to.deep.equal({ waitsMs: by, workMs: by })
    })
  }

  it('moves nothing when time only went on, or the clock was adjusted a little', () => {
    expect(clockShift(mark(0, 0), mark(3_600_000, 3_600_000), 5)).to.equal(null)
    expect(clockShift(mark(0, 0), mark(3_600_400, 3_600_000), 5)).to.equal(null)
    expect(clockShift(mark(0, 0), mark(DAY, 0), null), 'an empty journal').to.equal(null)
  })

  for (const [how, before] of [
    ['another boot', mark(0, 99, 'b')],
    ['a system that names no boot', mark(0, 0, null)],
    ['a journal of before', null],
  ] as const) {
    it(`lets a wait last no longer than it was, and starts time-outs from the journal's end: ${how}`, () => {
      const now = (at: number) => mark(at, 1000, before?.boot === null ? null : 'a')
      expect(clockShift(before, now(2 * DAY), 3 * DAY)).to.deep.equal({ waitsMs: -DAY, workMs: -DAY })
      expect(clockShift(before, now(4 * DAY), 3 * DAY)).to.deep.equal({ waitsMs: 0, workMs: DAY })
    })
  }
})

describe('a clock that was put right over a restart', () => {
  const tasks = {
    flaky: { kind: 'command' as const, retry: { attempts: 3, delayMs: 6000 } },
    slow: { kind: 'command' as const, timeoutMs: 10_000 },
  }
  for (const by of [DAY, -DAY]) {
    it(`neither lengthens nor shortens a retry, a time-out, a restart: ${by > 0 ? '+' : '-'}1 d`, () => {
      const bench = new Bench({ tasks, agents: { A: { restart: 'always' } } })
      bench.now = 5 * DAY
      bench.dispatch()
      bench.end('flaky', 'failed')
      bench.exit('A')
      const waited = (bench.wakeAt() ?? NaN) - bench.now
      bench.now += by
      bench.event({ type: 'clock.changed', waitsMs: by, workMs: by })
      expect(bench.said().filter((key) => !key.startsWith('attempt.start:slow'))).to.deep.equal([])
      expect((bench.wakeAt() ?? NaN) - bench.now).to.equal(waited)
      bench.now += 6000
      expect(bench.said()).to.include('attempt.start:flaky.2').and.to.include('agent.start:A:2')
      bench.now += 4001
      expect(bench.said()).to.include('attempt.stop:slow.1:timed_out')
    })
  }
})
