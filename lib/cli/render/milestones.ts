import type { MilestoneRow, StatusDocument } from '../../core/protocol/status.js'
import { glyph, type Theme } from '../../core/view/glyphs.js'
import { MILESTONE_LOOK, milestoneWord, whenOf } from '../../core/view/milestone-lines.js'
import { span, type Line } from '../../core/view/spans.js'
import type { Column } from '../../core/view/table.js'
import { offsetOf, type RenderOptions } from './options.js'
import { renderTable } from './tables.js'

export function renderMilestones({ milestones, timezone }: StatusDocument, options: RenderOptions): string {
  const empty = 'no milestones in this layout: docs/plan.md'
  return renderTable(milestoneColumns(options, timezone), milestones, options, empty)
}

function milestoneColumns(options: RenderOptions & Theme, zone: string | null): Column<MilestoneRow>[] {
  const when = (iso: string | null): Line =>
    iso === null ? [] : [span(whenOf(iso, { now: options.now, offsetMin: offsetOf(options), zone }))]
  return [
    {
      id: 'milestone',
      head: '  MILESTONE',
      rank: 1,
      min: 6,
      max: 30,
      cell: (row) => [glyph(MILESTONE_LOOK[row.state], options), span(` ${row.id}`, 'strong')],
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
