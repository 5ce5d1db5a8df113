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
    let kept = markOf(clock)
    const shift = clockShift(store.facts.get(FACTS.clock), kept, this.#lastAt)
    if (shift !== null) loop.dispatch({ type: 'clock.changed', at: kept.at, ...shift })
    store.facts.set(FACTS.clock, kept)
    const look = () => {
      const now = markOf(clock)
      if (Math.abs(now.at - now.uptimeMs - (kept.at - kept.uptimeMs)) < DRIFT_MS) return
      kept = now
      store.facts.set(FACTS.clock, now)
    }
    this.#timer = setInterval(() => this.#kernel.guard(look), LOOK_EVERY_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
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
