/**
 * Civil time in IANA zones, through `Intl`. Pure: instants come in as arguments, and a zone's rules are data. Everything that
 * a layout writes as a date or a time of day goes through here.
 */
import type { Millis } from './time.js'

/** What a wall clock and a calendar in a zone show. */
export interface Civil {
  readonly year: number
  /** 1 … 12 */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

export const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** A formatter costs 50 µs to make and is asked again and again; null: there is no such zone. */
const formatters = new Map<string, Intl.DateTimeFormat | null>()
const DAY_MS = 86_400_000

function formatterOf(zone: string): Intl.DateTimeFormat | null {
  let formatter = formatters.get(zone)
  if (formatter !== undefined) return formatter
  try {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    formatter = null
  }
  formatters.set(zone, formatter)
  return formatter
}

/** `Asia/Tokyo`, `UTC`. An offset such as `+09:00` is not a zone: it knows no summer time. */
export function isZone(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(text) && formatterOf(text) !== null
}

/** Throws a RangeError for an unknown zone. */
export function civilAt(at: Millis, zone: string): Civil {
  const formatter = formatterOf(zone)
  if (formatter === null) throw new RangeError(`there is no time zone ${zone}`)
  const parts: Record<string, number> = {}
  for (const { type, value } of formatter.formatToParts(at)) parts[type] = Number(value)
  return {
    year: parts['year']!,
    month: parts['month']!,
    day: parts['day']!,
    hour: parts['hour']!,
    minute: parts['minute']!,
    second: parts['second']!,
  }
}

export function weekdayOf({ year, month, day }: Pick<Civil, 'year' | 'month' | 'day'>): Weekday {
  return WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()]!
}

/** The civil date that many days later; any of the fields may be out of its range before. */
export function addDays(civil: Civil, days: number): Civil {
  const { hour, minute, second } = civil
  const date = new Date(Date.UTC(civil.year, civil.month - 1, civil.day + days))
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour,
    minute,
    second,
  }
}

/**
 * The instant at which clocks of the zone show this. A time that comes twice (the clock is set back) is the first of the two;
 * one that does not exist (the clock is set forward) is as long after the change as the clock would have shown.
 */
export function instantOf(civil: Civil, zone: string): Millis {
  const wall = asUtc(civil)
  const offsets = [offsetAt(wall - DAY_MS, zone), offsetAt(wall + DAY_MS, zone)]
  const shown = offsets.map((offset) => wall - offset).filter((at) => at + offsetAt(at, zone) === wall)
  return shown.length > 0 ? Math.min(...shown) : wall - offsets[0]!
}

/**
 * `2026-12-19` ends at 24:00 of that day; `2026-12-19T18:00`, also with seconds, is that time. Both count in `zone`, unless
 * `Z` or `+09:00` is written at the end. Undefined: it is not such a date, or the calendar has no such day.
 */
export function parseDue(text: string, zone: string): Millis | undefined {
  const match =
    /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d:\d\d)?)?$/.exec(text) ?? undefined
  if (match === undefined) return undefined
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((at) => Number(match[at] ?? 0))
  const civil = {
    year: year!,
    month: month!,
    day: day!,
    hour: hour!,
    minute: minute!,
    second: second!,
  }
  if (!isDay(civil) || civil.hour > 23 || civil.minute > 59 || civil.second > 59) return undefined
  if (match[4] === undefined) return instantOf(addDays({ ...civil, hour: 0, minute: 0, second: 0 }, 1), zone)
  const offset = match[7]
  if (offset === undefined) return instantOf(civil, zone)
  const [hours, minutes] = offset === 'Z' ? [0, 0] : offset.slice(1).split(':').map(Number)
  const ms = (hours! * 60 + minutes!) * 60_000
  return asUtc(civil) - (offset.startsWith('-') ? -ms : ms)
}

/** `2026-12-19 18:00`. */
export function formatCivil({ year, month, day, hour, minute }: Civil): string {
  return `${formatDate({ year, month, day })} ${two(hour)}:${two(minute)}`
}

/** `2026-12-19`. */
export function formatDate({ year, month, day }: Pick<Civil, 'year' | 'month' | 'day'>): string {
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

function isDay({ year, month, day }: Civil): boolean {
  const date = new Date(Date.UTC(year, month - 1, day))
  return year >= 1970 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

function asUtc({ year, month, day, hour, minute, second }: Civil): Millis {
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** How far clocks of the zone are ahead of UTC. */
function offsetAt(at: Millis, zone: string): Millis {
  const seconds = Math.floor(at / 1000) * 1000
  return asUtc(civilAt(seconds, zone)) - seconds
}
