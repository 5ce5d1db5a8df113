/** The screen of a program that is not known: a choice with a cursor is its dialog, all else is what it printed. */
import { placedOptions } from '../../core/delivery/answer-dialog.js'
import { NO_SEGMENTS, plainSegments, type Segmenter } from '../../core/status/segment.js'

/** Hints may stand below the options, and little else. */
const MOST_BELOW = 8
const MOST_ABOVE = 8
const NUMBER = /^\W*\d+[.)]\s/u
/** Without numbers, only a hint tells options from text of which one row has an arrow. */
const HINT =
  /\b(?:use )?(?:the )?arrows?\b.{0,24}\b(?:keys|move|select|navigate|choose|change)\b|[↑↓].{0,16}\b(?:move|select|navigate|choose|change)|\b(?:enter|return|space)\b.{0,16}\b(?:select|confirm|choose|toggle|accept|approve)\b/iu

export const dialogSegments: Segmenter = (rows) => {
  const options = placedOptions(rows)
  const [first, last] = [options[0], options.at(-1)]
  const isOne = options.filter(({ option }) => option.selected).length === 1
  if (first === undefined || last === undefined || options.length < 2 || !isOne) return plainSegments(rows)
  if (rows.length - 1 - last.row > MOST_BELOW) return plainSegments(rows)
  const start = questionAbove(rows, first.row)
  const dialog = rows.slice(start)
  if (!NUMBER.test(rows[first.row] ?? '') && !dialog.some((row) => HINT.test(row))) return plainSegments(rows)
  return { ...NO_SEGMENTS, dialog, transcript: rows.slice(0, start) }
}

/** The paragraph above the options, one blank row between. */
function questionAbove(rows: readonly string[], options: number): number {
  let start = options
  if ((rows[start - 1] ?? 'x').trim() === '') start -= 1
  while (start > 0 && options - start < MOST_ABOVE && (rows[start - 1] ?? '').trim() !== '') start -= 1
  return (rows[start] ?? '').trim() === '' ? options : start
}
