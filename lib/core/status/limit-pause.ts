/** How long to wait at a limit that does not say when it ends: longer each time, so that a long one is not knocked at for ever. */
import type { Millis } from '../time.js'

const MINUTE = 60_000
const FIRST_MS = { usage: 5 * MINUTE, rate: MINUTE } as const
const MAX_MS = 60 * MINUTE

/** @param before how often it was tried in vain */
export function limitPause(kind: 'usage' | 'rate', before: number): Millis {
  return Math.min(FIRST_MS[kind] * 2 ** Math.min(before, 10), MAX_MS)
}

/** An error that goes away by waiting: what HTTP calls 429. */
export function namesRateLimit(text: string | null): boolean {
  return text !== null && /\b429\b|\brate.?limit|too many requests/i.test(text)
}

/** Claude Code says so: `continuing automatically at 7pm`; opencode counts its tries. */
export function goesOnByItself(text: string | null): boolean {
  return text !== null && /\b(?:continu|resum|retry)ing automatically\b|\bretrying\b/i.test(text)
}
