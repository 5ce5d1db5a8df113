/**
 * When a report is due, in a time zone. A time that the clock skips is due when the clock has passed it; one that comes
 * twice is due the first time.
 */
import { addDays, civilAt, instantOf, WEEKDAYS, weekdayOf, type Civil } from '../time-zone.js'
import type { Millis } from '../time.js'
import type { ReportTime } from './spec.js'

/** `09:30`, `Fri 17:00`; undefined: it is neither. */
export function parseReportTime(text: string): ReportTime | undefined {
  const match = /^(?:(Sun|Mon|Tue|Wed|Thu|Fri|Sat) )?([01]?\d|2[0-3]):([0-5]\d)$/.exec(text)
  if (match === null) return undefined
  const weekday = WEEKDAYS.find((day) => day === match[1]) ?? null
  return { weekday, minute: Number(match[2]) * 60 + Number(match[3]) }
}

/** The last time at or before `now`. */
export function lastDue(time: ReportTime, zone: string, now: Millis): Millis {
  const today = civilAt(now, zone)
  for (let back = 0; ; back += 1) {
    const day = addDays(today, -back)
    if (!isDay(time, day)) continue
    const at = atTime(time, day, zone)
    if (at <= now) return at
  }
}

/** The first time after `now`. */
export function nextDue(time: ReportTime, zone: string, now: Millis): Millis {
  const today = civilAt(now, zone)
  for (let ahead = 0; ; ahead += 1) {
    const day = addDays(today, ahead)
    if (!isDay(time, day)) continue
    const at = atTime(time, day, zone)
    if (at > now) return at
  }
}

function isDay({ weekday }: ReportTime, day: Civil): boolean {
  return weekday === null || weekdayOf(day) === weekday
}

function atTime({ minute }: ReportTime, day: Civil, zone: string): Millis {
  return instantOf({ ...day, hour: Math.floor(minute / 60), minute: minute % 60, second: 0 }, zone)
}
