import { setImmediate } from 'node:timers/promises'
import type { Steps } from '../../core/steps.js'

/** Longer than that nothing else of the daemon waits, one step apart. */
const SLICE_MS = 4

/** Carries out a long computation between everything else that the daemon does. `costMs`: how long it computed. */
export async function inSlices<T>(steps: Steps<T>): Promise<{ readonly result: T; readonly costMs: number }> {
  let costMs = 0
  for (;;) {
    const begun = performance.now()
    for (;;) {
      const next = steps.next()
      const took = performance.now() - begun
      if (next.done === true) return { result: next.value, costMs: costMs + took }
      if (took < SLICE_MS) continue
      costMs += took
      break
    }
    await setImmediate()
  }
}
