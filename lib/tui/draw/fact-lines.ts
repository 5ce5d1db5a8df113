import { safeText } from '../../core/text/safe-text.js'
import { wrap } from '../../core/text/wrap.js'
import { span, type Line } from '../../core/view/spans.js'
import type { Look } from './look.js'

export const LABEL_COLS = 10

/** A label and its value in at most six lines; none for no value. */
export function factLines(
  label: string,
  value: string | null,
  look: Look,
  tone: Line[number]['tone'] = 'plain',
): Line[] {
  if (value === null || value === '') return []
  const width = Math.max(10, look.cols - LABEL_COLS - 2)
  return wrap(safeText(value), width)
    .slice(0, 6)
    .map((text, index) => [span((index === 0 ? label : '').padEnd(LABEL_COLS), 'quiet'), span(text, tone)])
}
