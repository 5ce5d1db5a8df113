import { expect } from 'chai'
import { parseLimitEnd } from '../../../../lib/core/status/limits.js'

// Saturday, 13:00 in a zone nine hours east of UTC.
const clock = { now: Date.UTC(2026, 10, 21, 4, 0), offsetMinutes: 540 }
const end = (text: string) => {
  const time = parseLimitEnd(text, clock)
  return time === null ? null : new Date(time).toISOString().slice(0, 16)
}

describe('the end of a limit', () => {
  const cases: readonly [string, string | null][] = [
    ['limit reached · resets 7pm', '2026-11-21T10:00'],
    ['resets at 11:30 am', '2026-11-22T02:30'], // tomorrow: it is past noon
    ['resets 12am', '2026-11-21T15:00'],
    ['try again at 3:15 PM.', '2026-11-21T06:15'],
    ['Try again at Nov 23rd, 2026 3:15 PM.', '2026-11-23T06:15'],
    ['resets Jan 2, 9am', '2027-01-02T00:00'],
    ['resets Mon 9am', '2026-11-23T00:00'],
    ['resets 5pm (UTC)', '2026-11-21T17:00'],
    ['resets 5am (America/New_York)', '2026-11-21T10:00'],
    ['resets 1pm', '2026-11-21T04:01'], // it is 13:00 and some seconds: this minute may be meant
    ['resets at 12:59', '2026-11-22T03:59'],
    ['resets at 19:30', '2026-11-21T10:30'],
    ['try again in 2h 5m', '2026-11-21T06:05'],
    ['Try again in 3 days 1 hour 2 minutes.', '2026-11-24T05:02'],
    ['Please try again in 90s.', '2026-11-21T04:01'],
    ['retry-after: 120', '2026-11-21T04:02'],
    ['usage limit reached|1795240800', '2026-11-21T06:00'],
    ['resets 2026-11-21T05:00:00Z', '2026-11-21T05:00'],
    ['You have hit your limit', null],
    ['status 429 after 5 attempts', null],
  ]
  for (const [text, expected] of cases) it(text, () => expect(end(text)).to.equal(expected))
})
