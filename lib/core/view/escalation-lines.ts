import { ESCALATION_LOOK } from '../escalation/escalation-columns.js'
import { fix } from '../fixes.js'
import type { EscalationRow } from '../protocol/status.js'
import { ellipsisOf, glyph } from './glyphs.js'
import { whenOf, type MilestoneTheme } from './milestone-lines.js'
import { shortenLine, span, type Line } from './spans.js'

/** Of a view that has more to show. */
const MOST = 5

/** What somebody was told and is not over, a line each: `▲ E1 URGENT L1 pg failed after 2 attempts  next L0 at 18:00`. */
export function escalationLines(rows: readonly EscalationRow[], cols: number, theme: MilestoneTheme): Line[] {
  const open = rows.filter(({ state }) => state !== 'closed')
  const lines = open.slice(0, MOST).map((row) => lineOf(row, theme))
  const rest = open.length - MOST
  if (rest > 0) lines.push([span(`and ${rest} more: ${fix('escalation.list')}`, 'quiet')])
  return lines.map((line) => shortenLine(line, cols, ellipsisOf(theme)))
}

function lineOf(row: EscalationRow, theme: MilestoneTheme): Line {
  const { state, acked_by, next } = row
  const look = ESCALATION_LOOK[state]
  const then =
    acked_by !== null
      ? `taken on by ${acked_by}`
      : next === null
        ? ''
        : `next ${next.layer}${next.at === null ? '' : ` at ${whenOf(next.at, theme)}`}`
  return [
    glyph(look, theme),
    span(` ${row.id}`, 'strong'),
    span(row.urgent ? ' URGENT' : '', 'bad'),
    span(row.layer === null ? '' : ` ${row.layer}`, 'quiet'),
    span(` ${row.issue}`, look.tone),
    span(then === '' ? '' : `  ${then}`, 'quiet'),
  ]
}
