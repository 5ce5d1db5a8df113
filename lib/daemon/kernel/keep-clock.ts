/** Holds the wall clock of this start against that of the last one: what decides over a restart is how long something lasts. */
import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { clockShift, type ClockMark } from '../../core/run/clock-shift.js'
import type { Millis } from '../../core/time.js'
import { FACTS } from '../../store/facts.js'
import type { Clock } from './clock.js'
import type { Kernel } from './kernel.js'
import type { Part } from './part.js'

/** The daemon's clock stands still while the machine sleeps, and its uptime does not. */
const DRIFT_MS = 500

const LOOK_EVERY_MS = 15_000

export class ClockKeeper implements Part {
  readonly name = 'clock'
  readonly #kernel: Pick<Kernel, 'store' | 'clock' | 'loop' | 'guard'>
  readonly #lastAt: Millis | null
  #timer: NodeJS.Timeout | undefined

  /** `lastAt`: of the last event of an earlier daemon. */
  constructor(kernel: Pick<Kernel, 'store' | 'clock' | 'loop' | 'guard'>, lastAt: Millis | null) {
    this.#kernel = kernel
    this.#lastAt = lastAt
  }

  start(): void {
    const { store, clock, loop } = this.#kernel
    let kept = store.facts.get(FACTS.clock)
    const keep = (now: ClockMark) => {
      // To write it is to wait for the disk.
      if (kept !== null && isSame(kept, now)) return
      kept = now
      store.facts.set(FACTS.clock, now)
    }
    const now = markOf(clock)
    const shift = clockShift(kept, now, this.#lastAt)
    if (shift !== null) loop.dispatch({ type: 'clock.changed', at: now.at, ...shift })
    keep(now)
    const look = () => keep(markOf(clock))
    this.#timer = setInterval(() => this.#kernel.guard(look), LOOK_EVERY_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

/** One that says the same of any later moment. */
function isSame(before: ClockMark, now: ClockMark): boolean {
  const drift = now.at - now.uptimeMs - (before.at - before.uptimeMs)
  return before.boot === now.boot && before.uptimeMs <= now.uptimeMs && Math.abs(drift) < DRIFT_MS
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
