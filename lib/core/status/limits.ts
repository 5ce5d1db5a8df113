/** When a limit ends, by the words of the agent CLI: `resets 7pm`, `try again at 3:15 PM`, `in 2h 5m`, `retry after 30`. */
import type { Millis } from '../time.js'

export interface Clock {
  readonly now: Millis
  /** East of UTC, of the machine that the agent runs on. */
  readonly offsetMinutes: number
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** null when the text names no time. The result is never before `now`. */
export function parseLimitEnd(text: string, clock: Clock): Millis | null {
  const end = iso(text) ?? epoch(text) ?? duration(text, clock) ?? clockTime(text, clock)
  return end === undefined ? null : Math.max(end, clock.now)
}

function iso(text: string): Millis | undefined {
  const match = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)/.exec(text)
  const time = match === null ? Number.NaN : Date.parse(match[0])
  return Number.isNaN(time) ? undefined : time
}

function epoch(text: string): Millis | undefined {
  const match = /(?:^|[|=:\s])(1[5-9]\d{8}|[2-3]\d{9})(?!\d)/.exec(text)
  return match === null ? undefined : Number(match[1]) * 1000
}

const UNITS: Readonly<Record<string, number>> = { d: DAY, h: HOUR, m: MINUTE, s: 1000 }

function duration(text: string, clock: Clock): Millis | undefined {
  const after = /(?:\bin|\bafter|\bwait|\bfor|\bretry-after:?)\s+(?:about\s+)?(?=\d)(.*)/i.exec(text)?.[1]
  if (after === undefined) return undefined
  let rest = after
  let total = 0
  let seen = false
  for (;;) {
    const part =
      /^[\s,]*(?:and\s+)?(\d+(?:\.\d+)?)\s*(days?|d|hours?|hrs?|h|minutes?|mins?|m(?!s)|seconds?|secs?|s)(?![a-z])/i.exec(
        rest,
      )
    if (part === null) break
    total += Number(part[1]) * (UNITS[(part[2] ?? 's').charAt(0).toLowerCase()] ?? 0)
    seen = true
    rest = rest.slice(part[0].length)
  }
  // `Retry-After: 30`: bare numbers are seconds.
  const bare = seen ? null : /retry.?after:?\s+(\d+)/i.exec(text)
  if (bare !== null) return clock.now + Number(bare[1]) * 1000
  return seen ? clock.now + Math.round(total) : undefined
}

/** `7pm`, `3:15 PM`, `19:30`, with an optional day before it and an optional time zone behind. */
function clockTime(text: string, clock: Clock): Millis | undefined {
  const match =
    /(\d{1,2})(?::(\d\d))(?::\d\d)?\s*([ap])\.?m\b|(\d{1,2})\s*([ap])\.?m\b/i.exec(text) ??
    /(?:at|resets?|until|@)\s+(?:\S+\s+){0,3}?()()()()()(\d{1,2}):(\d\d)(?!\d)/i.exec(text)
  if (match === null) return undefined
  const [, h1, m1, half1, h2, half2, h3, m3] = match
  let hour = Number(h1 || h2 || h3)
  const half = (half1 || half2)?.toLowerCase() || undefined
  if (hour > 23 || (half !== undefined && (hour > 12 || hour === 0))) return undefined
  if (half !== undefined) hour = (hour % 12) + (half === 'p' ? 12 : 0)
  const minute = Number(m1 || m3 || 0)
  const offset = zoneOffset(text.slice(match.index), clock) * MINUTE
  const today = Math.floor((clock.now + offset) / DAY) * DAY
  const at = (day: number) => day + hour * HOUR + minute * MINUTE - offset
  const day = namedDay(text, today)
  if (day !== undefined) return at(day)
  // `10:37` may mean its last second; a minute later it means tomorrow.
  const end = clock.now < at(today) ? at(today) : at(today) + MINUTE
  return end > clock.now ? end : at(today + DAY)
}

/** A month and day, or a weekday, in the text; `today` is local midnight as if it were UTC. */
function namedDay(text: string, today: Millis): Millis | undefined {
  const date =
    /\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?/i.exec(
      text,
    )
  if (date !== null) {
    const month = MONTHS.indexOf((date[1] ?? '').toLowerCase())
    const year = date[3] === undefined ? new Date(today).getUTCFullYear() : Number(date[3])
    const day = Date.UTC(year, month, Number(date[2]))
    return date[3] === undefined && day < today - 180 * DAY ? Date.UTC(year + 1, month, Number(date[2])) : day
  }
  const weekday = /\b(sun|mon|tue|wed|thu|fri|sat)(?:day|sday|nesday|rsday|urday)?\b/i.exec(text)
  if (weekday !== null) {
    const ahead = WEEKDAYS.indexOf((weekday[1] ?? '').toLowerCase()) - new Date(today).getUTCDay()
    return today + ((ahead + 7) % 7 || 7) * DAY
  }
  return /\btomorrow\b/i.test(text) ? today + DAY : undefined
}

/** `(Asia/Tokyo)`, `UTC`, `GMT+9`; else the machine's own. */
function zoneOffset(text: string, clock: Clock): number {
  const fixed = /\b(?:UTC|GMT)(?:([+-])(\d{1,2})(?::?(\d\d))?)?/.exec(text)
  if (fixed !== null) {
    const minutes = Number(fixed[2] ?? 0) * 60 + Number(fixed[3] ?? 0)
    return fixed[1] === '-' ? -minutes : minutes
  }
  const name = /\b([A-Z][A-Za-z_]+(?:\/[A-Za-z_+-]+)+)/.exec(text)?.[1]
  if (name === undefined) return clock.offsetMinutes
  try {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      timeZoneName: 'longOffset',
    }).formatToParts(clock.now)
    const zone = parts.find((part) => part.type === 'timeZoneName')?.value ?? ''
    const match = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(zone)
    const minutes = Number(match?.[2] ?? 0) * 60 + Number(match?.[3] ?? 0)
    return match?.[1] === '-' ? -minutes : minutes
  } catch {
    return clock.offsetMinutes // no such zone
  }
}
