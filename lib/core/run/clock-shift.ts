import type { Millis } from '../time.js'

/** What the clock of a daemon showed, and how long the machine was up then. */
export interface ClockMark {
  /** Changes with each boot of the machine; null where the system tells none. */
  readonly boot: string | null
  readonly uptimeMs: Millis
  readonly at: Millis
}

/** By how much times of the journal have to be moved, so that they mean under the clock of today what they meant then. */
export interface ClockShift {
  /** What is waited for: a retry, a restart, the end of a limit. */
  readonly waitsMs: Millis
  /** Since when attempts run: their time-outs. */
  readonly workMs: Millis
}

/** The wall clock is adjusted a little all the time. */
const TOLERANCE_MS = 1000

/**
 * Whether the wall clock was wrong, then or now. In one boot the time that the machine was up tells how much time has
 * really passed. Over a boot nothing does: a wait then ends no later than its own length from now, and an attempt that
 * went on elsewhere is held against what the journal knew of it last.
 *
 * @param lastAt of the journal's last event; null: there is none
 * @returns null when there is nothing to move
 */
export function clockShift(mark: ClockMark | null, now: ClockMark, lastAt: Millis | null): ClockShift | null {
  if (lastAt === null) return null
  if (mark !== null && mark.boot !== null && mark.boot === now.boot && mark.uptimeMs <= now.uptimeMs) {
    const by = now.at - (mark.at + now.uptimeMs - mark.uptimeMs)
    return Math.abs(by) < TOLERANCE_MS ? null : { waitsMs: by, workMs: by }
  }
  const since = now.at - lastAt
  return Math.abs(since) < TOLERANCE_MS ? null : { waitsMs: Math.min(0, since), workMs: since }
}
