/** A text without what counts by itself: a retry says another number each second, and means the same. */
import type { Millis } from '../time.js'

const CLOCKS =
  /(?:\b(?:in|after)\s+)?\d+(?:[.:]\d+)*\s?(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?)(?![\p{L}\p{N}])|\battempts? ?#?\d+(?: ?(?:\/|of) ?\d+)?|(?<![\p{L}\p{N}])\d+\s?(?:\/|of)\s?\d+/giu

export function steadyText(text: string | null): string | null {
  return text === null ? null : text.replace(CLOCKS, '#').replace(/#(?:[\s,]*#)+/gu, '#')
}

export const isSameText = (a: string | null, b: string | null): boolean =>
  a === b || steadyText(a) === steadyText(b)

/** Read again a moment later, `in 2h` ends a moment later. */
const READ_AGAIN_MS = 60_000

export function isSameEnd(a: Millis | null, b: Millis | null): boolean {
  return a === b || (a !== null && b !== null && Math.abs(a - b) <= READ_AGAIN_MS)
}
