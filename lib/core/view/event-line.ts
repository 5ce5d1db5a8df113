import type { EventRow } from '../protocol/status.js'
import { EVENT_LOOK, glyph, type Theme } from './glyphs.js'
import { span, type Line } from './spans.js'
import { formatClock, millisOf } from './times.js'

/** `13:07:42 ✓ Task-2  verified, 3 checks`. */
export function eventLine(row: EventRow, theme: Theme & { readonly offsetMin: number }): Line {
  const at = millisOf(row.at)
  const { tone } = EVENT_LOOK[row.level]
  return [
    span(at === null ? '--:--:--' : formatClock(at, theme.offsetMin, true), 'quiet'),
    span(' '),
    glyph(EVENT_LOOK[row.level], theme),
    span(' '),
    span(row.subject === null ? '' : `${row.subject}  `, 'strong'),
    span(row.text === '' ? row.type : row.text, row.level === 'bad' || row.level === 'warn' ? tone : 'plain'),
  ]
}
