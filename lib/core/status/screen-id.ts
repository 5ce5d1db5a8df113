/**
 * Whether a screen has changed, clocks, counters and spinners apart: decides how long it has stood still. It binds no
 * answer (`prompt-id.ts` does), so a short hash over few words is enough.
 */
import { bareRow } from './fold.js'

const KEY_HINTS = /^(?:press )?(?:esc|enter|tab|shift\+tab|ctrl[-+]\w)\b.* to \S+|^[↑↓⇆]/iu

/** Eight hex digits. */
export function screenId(rows: readonly string[]): string {
  const bare = rows.map(bareRow).filter((row) => row !== '')
  const words = bare
    // Hints at the end name the keys that the selected option knows.
    .filter((row, i) => i < bare.length - 3 || !KEY_HINTS.test(row))
    .join(' ')
    // Selection marks, bullets, spinner cells, arrows, ticks: whatever is neither letter, digit nor sign of a command.
    .replace(/[^\p{L}\p{N}\p{M}$%&'"()*+,\-./:;<=>?@[\]\\^_`{|}~#!]/gu, ' ')
    // Clocks and counters.
    .replace(/\b\d+(?:\.\d+)?\s?(?:ms|s|m|h|tokens?|%)(?![\p{L}\p{N}])/giu, ' ')
    .replace(/\(\s*\)|(?:^|\s)[>*]+(?=\s)/gu, ' ')
    // Words may be broken anywhere at another width.
    .replace(/\s+/gu, '')
  return fnv1a(words)
}

/** FNV-1a, 32 bits, over UTF-16 units. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
