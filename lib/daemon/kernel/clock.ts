import { performance } from 'node:perf_hooks'
import type { Millis } from '../../core/time.js'

/** Milliseconds since the epoch as of our start, counted by the monotonic clock: a jump of the wall clock decides nothing. */
export interface Clock {
  now(): Millis
}

/** What a person's clock shows there: the times that agent CLIs name have no zone. */
export function localClock(now: Millis): { readonly now: Millis; readonly offsetMinutes: number } {
  return { now, offsetMinutes: -new Date(now).getTimezoneOffset() }
}

export function monotonicClock(): Clock {
  const start = Date.now() - performance.now()
  return { now: () => Math.round(start + performance.now()) }
}
