import { expect } from 'chai'
import * as fc from 'fast-check'
import {
  addDays,
  civilAt,
  formatCivil,
  instantOf,
  isZone,
  parseDue,
  weekdayOf,
} from '../../../lib/core/time-zone.js'

const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString())

describe('time zones', () => {
  it('knows IANA zones and nothing else', () => {
    expect(['Asia/Tokyo', 'UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+3'].map(isZone)).to.deep.equal([
      true,
      true,
      true,
      true,
    ])
    expect(['Asia/Tokio', '+09:00', '', '../etc', 'JST-9'].map(isZone)).to.deep.equal([
      false,
      false,
      false,
      false,
      false,
    ])
  })

  it('ends a date at 24:00 of its zone', () => {
    expect(iso(parseDue('2026-12-19', 'Asia/Tokyo'))).to.equal('2026-12-19T15:00:00.000Z')
    expect(iso(parseDue('2026-12-19', 'UTC'))).to.equal('2026-12-20T00:00:00.000Z')
    expect(iso(parseDue('2028-02-29', 'America/New_York'))).to.equal('2028-03-01T05:00:00.000Z')
  })

  it('reads a time in the zone, or by its own offset', () => {
    expect(iso(parseDue('2026-12-19T18:00', 'Asia/Tokyo'))).to.equal('2026-12-19T09:00:00.000Z')
    expect(iso(parseDue('2026-12-19 18:00:30', 'UTC'))).to.equal('2026-12-19T18:00:30.000Z')
    expect(iso(parseDue('2026-12-19T18:00Z', 'Asia/Tokyo'))).to.equal('2026-12-19T18:00:00.000Z')
    expect(iso(parseDue('2026-12-19T18:00-05:30', 'Asia/Tokyo'))).to.equal('2026-12-19T23:30:00.000Z')
  })

  it('refuses what no calendar has', () => {
    for (const text of ['2026-02-29', '2026-13-01', '2026-1-1', '19.12.2026', '2026-12-19T24:00', 'tomorrow'])
      expect(parseDue(text, 'UTC'), text).to.equal(undefined)
  })

  it('keeps summer time: a day that is an hour shorter, a time that comes twice, one that does not exist', () => {
    const berlin = 'Europe/Berlin'
    expect(parseDue('2026-03-29', berlin)! - parseDue('2026-03-28', berlin)!).to.equal(23 * 3_600_000)
    expect(parseDue('2026-10-25', berlin)! - parseDue('2026-10-24', berlin)!).to.equal(25 * 3_600_000)
    const at = (text: string) => iso(parseDue(text, berlin))
    expect(at('2026-10-25T02:30')).to.equal('2026-10-25T00:30:00.000Z')
    expect(at('2026-03-29T02:30')).to.equal('2026-03-29T01:30:00.000Z')
    // Midnight itself does not exist on that day.
    expect(iso(parseDue('2023-04-27', 'Africa/Cairo'))).to.equal('2023-04-27T22:00:00.000Z')
  })

  it('finds the instant of what a clock shows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000 }),
        fc.constantFrom('Asia/Tokyo', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Chatham', 'UTC'),
        (seconds, zone) => {
          const at = seconds * 1000
          const again = instantOf(civilAt(at, zone), zone)
          // The hour that comes twice is taken for its first time.
          expect([at, at - 3_600_000]).to.include(again)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('counts days and names them', () => {
    const civil = civilAt(Date.UTC(2026, 11, 31, 20, 5), 'Asia/Tokyo')
    expect(formatCivil(civil)).to.equal('2027-01-01 05:05')
    expect(weekdayOf(civil)).to.equal('Fri')
    expect(formatCivil(addDays(civil, -1))).to.equal('2026-12-31 05:05')
  })
})
