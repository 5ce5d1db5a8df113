/** The rows of what a person is asked to confirm, and whether they have seen all of them when they press `y`. */
import { spelledText } from '../../core/text/safe-text.js'
import { wrap } from '../../core/text/wrap.js'

export interface Size {
  readonly cols: number
  readonly rows: number
}

/** Frame, blank rows and keys around the text. */
const AROUND = 7
const WIDEST = 72

export function confirmWidth({ cols }: Size): number {
  return Math.min(WIDEST, cols - 4)
}

/** Spelled out, with every character that would not show: what is approved is what is read. */
export function confirmRows(
  body: string,
  size: Size,
): { readonly rows: readonly string[]; readonly isCut: boolean } {
  const all = body.split('\n').flatMap((line) => wrapped(spelledText(line), confirmWidth(size)))
  const room = Math.max(1, size.rows - AROUND)
  if (all.length <= room) return { rows: all, isCut: false }
  const shown = all.slice(0, room - 1)
  return { rows: [...shown, `(${all.length - shown.length} more: too many for this window)`], isCut: true }
}

/** Keeps the indentation of a row of a screen. */
function wrapped(line: string, width: number): readonly string[] {
  const indent = ' '.repeat(Math.min(line.length - line.trimStart().length, Math.floor(width / 3)))
  return wrap(line.trim(), width - indent.length).map((row) => `${indent}${row}`)
}
