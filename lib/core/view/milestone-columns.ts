/** The table of milestones: how each stands against its date. */
import type { MilestoneRow } from '../protocol/status.js'
import { glyph } from './glyphs.js'
import { MILESTONE_LOOK, milestoneWord, whenOf, type MilestoneTheme } from './milestone-lines.js'
import { span, type Line } from './spans.js'
import type { Column } from './table.js'

export function milestoneColumns(theme: MilestoneTheme): Column<MilestoneRow>[] {
  const when = (iso: string | null): Line => (iso === null ? [] : [span(whenOf(iso, theme))])
  return [
    {
      id: 'milestone',
      head: '  MILESTONE',
      rank: 1,
      min: 6,
      max: 30,
      cell: (row) => [glyph(MILESTONE_LOOK[row.state], theme), span(` ${row.id}`, 'strong')],
    },
    {
      id: 'state',
      head: 'STATE',
      rank: 2,
      min: 17,
      max: 40,
      cell: (row) => [span(milestoneWord(row), MILESTONE_LOOK[row.state].tone)],
    },
    { id: 'done', head: 'DONE', rank: 3, align: 'right', cell: (row) => [span(`${row.done}/${row.total}`)] },
    { id: 'due', head: 'DUE', rank: 4, cell: (row) => when(row.due) },
    { id: 'forecast', head: 'FORECAST', rank: 5, cell: (row) => when(row.forecast) },
    { id: 'slow', head: 'SLOWLY', rank: 7, cell: (row) => when(row.slow_forecast) },
    { id: 'title', head: 'TITLE', rank: 6, min: 8, max: 60, cell: (row) => [span(row.title ?? '', 'quiet')] },
  ]
}
