import { performance } from 'node:perf_hooks'
import type { Millis } from '../core/time.js'

/** Milliseconds since the epoch as of our start, counted by the monotonic clock: a jump of the wall clock decides nothing. */
export interface Clock {
  now(): Millis
}

export function monotonicClock(): Clock {
  const start = Date.now() - performance.now()
  return { now: () => Math.round(start + performance.now()) }
}
