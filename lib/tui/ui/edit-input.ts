import { clusters } from '../../core/text/display-width.js'
import type { Key } from '../screen/terminal.js'

interface Input {
  readonly value: string
  /** Index into `value`. */
  readonly cursor: number
}

/** One line of text under the fingers; the keys are those of every shell. */
export function editInput({ value, cursor }: Input, key: Key): Input {
  const before = value.slice(0, cursor)
  const after = value.slice(cursor)
  const left = clusters(before).at(-1)?.text.length ?? Math.min(1, before.length)
  const right = clusters(after)[0]?.text.length ?? Math.min(1, after.length)
  switch (key.name) {
    case 'backspace':
    case 'C-h':
      return { value: before.slice(0, before.length - left) + after, cursor: cursor - left }
    case 'delete':
    case 'C-d':
      return { value: before + after.slice(right), cursor }
    case 'left':
    case 'C-b':
      return { value, cursor: cursor - left }
    case 'right':
    case 'C-f':
      return { value, cursor: cursor + right }
    case 'home':
    case 'C-a':
      return { value, cursor: 0 }
    case 'end':
    case 'C-e':
      return { value, cursor: value.length }
    case 'C-u':
      return { value: after, cursor: 0 }
    case 'C-k':
      return { value: before, cursor }
    case 'C-w': {
      const kept = before.replace(/\S+\s*$/u, '')
      return { value: kept + after, cursor: kept.length }
    }
    default:
      return key.text === ''
        ? { value, cursor }
        : { value: before + key.text + after, cursor: cursor + key.text.length }
  }
}
