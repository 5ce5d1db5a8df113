import type { StatusDocument } from '../../core/protocol/status.js'
import { milestoneColumns } from '../../core/view/milestone-columns.js'
import { offsetOf, type RenderOptions } from './options.js'
import { renderTable } from './tables.js'

export function renderMilestones({ milestones, timezone }: StatusDocument, options: RenderOptions): string {
  const theme = { ...options, offsetMin: offsetOf(options), zone: timezone }
  const empty = 'no milestones in this layout: docs/plan.md'
  return renderTable(milestoneColumns(theme), milestones, options, empty)
}
