import type { Millis } from './time.js'

export function isoTime(at: Millis): string
export function isoTime(at: Millis | null): string | null
export function isoTime(at: Millis | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
