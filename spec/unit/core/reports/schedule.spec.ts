import { expect } from 'chai'
import fc from 'fast-check'
import { lastDue, nextDue, parseReportTime } from '../../../../lib/core/reports/schedule.js'
import { civilAt, formatCivil } from '../../../../lib/core/time-zone.js'

const at = (text: string) => Date.parse(text)
const say = (ms: number) => new Date(ms).toISOString()
const time = (text: string) => parseReportTime(text)!

describe('a report time', () => {
  it('is a time of day, or of one day of the week', () => {
    expect(parseReportTime('9:30')).to.deep.equal({ weekday: null, minute: 570 })
    expect(parseReportTime('Fri 17:00')).to.deep.equal({ weekday: 'Fri', minute: 1020 })
    for (const wrong of ['24:00', '9:60', 'Freitag 9:00', '9', 'Fri', ''])
      expect(parseReportTime(wrong)).to.equal(undefined)
  })

  it('counts in the zone', () => {
    const now = at('2026-11-27T05:00:00Z')
    expect(say(lastDue(time('09:30'), 'Asia/Tokyo', now))).to.equal('2026-11-27T00:30:00.000Z')
    expect(say(nextDue(time('09:30'), 'Asia/Tokyo', now))).to.equal('2026-11-28T00:30:00.000Z')
    expect(say(nextDue(time('Fri 17:00'), 'Asia/Tokyo', now))).to.equal('2026-11-27T08:00:00.000Z')
    expect(say(lastDue(time('Fri 17:00'), 'Asia/Tokyo', now))).to.equal('2026-11-20T08:00:00.000Z')
  })

  it('that the clock skips is due when the clock has passed it, one that comes twice the first time', () => {
    const zone = 'Europe/Berlin'
    const spring = at('2026-03-28T12:00:00Z')
    expect(say(nextDue(time('02:30'), zone, spring))).to.equal('2026-03-29T01:30:00.000Z')
    const autumn = at('2026-10-24T12:00:00Z')
    const first = nextDue(time('02:30'), zone, autumn)
    expect(say(first)).to.equal('2026-10-25T00:30:00.000Z')
    expect(say(nextDue(time('02:30'), zone, first))).to.equal('2026-10-26T01:30:00.000Z')
    // In the hour that comes twice, what was due the first time stays the last one.
    expect(say(lastDue(time('02:30'), zone, at('2026-10-25T01:45:00Z')))).to.equal('2026-10-25T00:30:00.000Z')
  })

  it('is due once a day, or once a week, in any zone and year', () => {
    const zones = [
      'UTC',
      'Asia/Tokyo',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    ]
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 1439 }),
        fc.constantFrom(null, 'Sun', 'Wed', 'Sat'),
        fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
        (zone, minute, weekday, now) => {
          const when = { weekday, minute } as const
          const [last, next] = [lastDue(when, zone, now), nextDue(when, zone, now)]
          expect(last).to.be.at.most(now)
          expect(next).to.be.greaterThan(now)
          expect(nextDue(when, zone, last)).to.equal(next)
          expect(lastDue(when, zone, next)).to.equal(next)
          const days = (next - last) / 86_400_000
          expect(days).to.be.within(weekday === null ? 0.9 : 6.9, weekday === null ? 1.1 : 7.1)
          expect(formatCivil(civilAt(next, zone)).slice(0, 10)).to.not.equal(
            formatCivil(civilAt(last, zone)).slice(0, 10),
          )
        },
      ),
      { numRuns: 300 },
    )
  })
})
