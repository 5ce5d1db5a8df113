import type { Millis } from '../time.js'

/** Milliseconds of an ISO time; null when there is none or it is none. */
export function millisOf(iso: string | null): Millis | null {
  if (iso === null) return null
  const millis = Date.parse(iso)
  return Number.isNaN(millis) ? null : millis
}

/** One unit, at most three columns: `3s`, `12m`, `5h`, `9d`; what lies in the future is `0s`. */
export function formatAge(ms: Millis): string {
  const s = Math.max(0, Math.floor(ms / 1000))
  if (s < 100) return `${s}s`
  if (s < 100 * 60) return `${Math.floor(s / 60)}m`
  if (s < 100 * 3600) return `${Math.floor(s / 3600)}h`
  return `${Math.min(999, Math.floor(s / 86_400))}d`
}

/** `13:07`, with seconds `13:07:42`; `offsetMin` is the reader's distance from UTC (Tokyo: 540). */
export function formatClock(ms: Millis, offsetMin: number, seconds = false): string {
  const time = new Date(ms + offsetMin * 60_000).toISOString()
  return time.slice(11, seconds ? 19 : 16)
}

/** The clock of an expected end; from another day with its date: `11-23 07:15`. */
export function formatWhen(ms: Millis, now: Millis, offsetMin: number): string {
  const shift = offsetMin * 60_000
  const sameDay = Math.floor((ms + shift) / 86_400_000) === Math.floor((now + shift) / 86_400_000)
  const iso = new Date(ms + shift).toISOString()
  return sameDay ? iso.slice(11, 16) : `${iso.slice(5, 10)} ${iso.slice(11, 16)}`
}
