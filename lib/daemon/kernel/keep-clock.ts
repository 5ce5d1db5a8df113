/** Holds the wall clock of this start against that of the last one: what decides over a restart is how long something lasts. */
import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { clockShift, type ClockMark } from '../../core/run/clock-shift.js'
import type { Millis } from '../../core/time.js'
import { FACTS } from '../../store/facts.js'
import type { SessionStore } from '../../store/port.js'
import type { Clock } from './clock.js'
import type { Loop } from './loop.js'

/** The daemon's clock stands still while the machine sleeps, and its uptime does not. */
const DRIFT_MS = 500

/** @param lastAt of the last event of the journal. @returns to be called now and then: notes when the machine slept. */
export function keepClock(
  { store, clock, loop }: { readonly store: SessionStore; readonly clock: Clock; readonly loop: Loop },
  lastAt: Millis | null,
): () => void {
  let kept = markOf(clock)
  const shift = clockShift(store.facts.get(FACTS.clock), kept, lastAt)
  if (shift !== null) loop.dispatch({ type: 'clock.changed', at: kept.at, ...shift })
  store.facts.set(FACTS.clock, kept)
  return () => {
    const now = markOf(clock)
    if (Math.abs(now.at - now.uptimeMs - (kept.at - kept.uptimeMs)) < DRIFT_MS) return
    kept = now
    store.facts.set(FACTS.clock, now)
  }
}

function markOf(clock: Clock): ClockMark {
  const read = (file: string) => {
    try {
      return readFileSync(file, 'utf8').trim()
    } catch {
      return null
    }
  }
  const seconds = Number(read('/proc/uptime')?.split(' ')[0] ?? uptime())
  return {
    boot: read('/proc/sys/kernel/random/boot_id'),
    uptimeMs: Math.round(seconds * 1000),
    at: clock.now(),
  }
}
