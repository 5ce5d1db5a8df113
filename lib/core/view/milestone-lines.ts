import type { MilestoneRow } from '../protocol/status.js'
import { civilAt, formatCivil } from '../time-zone.js'
import { formatDuration } from '../time.js'
import { ellipsisOf, glyph, type Look, type Theme } from './glyphs.js'
import { shortenLine, span, type Line } from './spans.js'
import { formatWhen, millisOf } from './times.js'

export const MILESTONE_LOOK = {
  on_time: { glyph: '○', ascii: 'o', tone: 'good', word: 'on time' },
  at_risk: { glyph: '◐', ascii: '~', tone: 'warn', word: 'at risk' },
  late: { glyph: '✘', ascii: 'x', tone: 'bad', word: 'late' },
  done: { glyph: '✔', ascii: '+', tone: 'good', word: 'done' },
} as const satisfies Record<MilestoneRow['state'], Look>

export interface MilestoneTheme extends Theme {
  readonly now: number
  readonly offsetMin: number
  /** Dates are shown in it; null: in the reader's own, `offsetMin`. */
  readonly zone?: string | null
}

/** A line each, what matters first: `✘ m2 late by 10h00m  3/20  12-21 10:00 for 12-20 00:00  P0 Critical`. */
export function milestoneLines(rows: readonly MilestoneRow[], cols: number, theme: MilestoneTheme): Line[] {
  return rows.map((row) =>
    shortenLine(
      [
        glyph(MILESTONE_LOOK[row.state], theme),
        span(` ${row.id}`, 'strong'),
        span(` ${milestoneWord(row)}`, MILESTONE_LOOK[row.state].tone),
        span(`  ${row.done}/${row.total}`),
        span(`  ${whenOf(row.forecast, theme)} for ${whenOf(row.due, theme)}`, 'quiet'),
        span(row.title === null ? '' : `  ${row.title}`, 'quiet'),
      ],
      cols,
      ellipsisOf(theme),
    ),
  )
}

/** `late by 10h00m`, `at risk by 2h10m`, `at risk: rbac waits for a person`. */
export function milestoneWord(row: MilestoneRow): string {
  const { word } = MILESTONE_LOOK[row.state]
  const late = row.state === 'at_risk' ? row.slow_late_s : row.late_s
  if (late > 0 && row.state === 'done') return `${word} ${formatDuration(late * 1000)} late`
  if (late > 0) return `${word} by ${formatDuration(late * 1000)}`
  const [first] = row.stuck
  return first === undefined ? word : `${word}: ${first} is stuck`
}

/** `18:00`, of another day `12-19 18:00`, of another year `2027-01-02 00:00`. */
export function whenOf(
  iso: string | null,
  { now, offsetMin, zone = null }: Pick<MilestoneTheme, 'now' | 'offsetMin' | 'zone'>,
): string {
  const at = millisOf(iso)
  if (at === null) return '?'
  if (zone === null) return formatWhen(at, now, offsetMin)
  const [there, today] = [formatCivil(civilAt(at, zone)), formatCivil(civilAt(now, zone))]
  if (there.slice(0, 10) === today.slice(0, 10)) return there.slice(11)
  return there.slice(0, 4) === today.slice(0, 4) ? there.slice(5) : there
}
