import type { StatusDocument } from '../protocol/status.js'
import { escalationLines } from './escalation-lines.js'
import { mergeLines } from './merge-lines.js'
import { milestoneLines, type MilestoneTheme } from './milestone-lines.js'
import { progressBlock, progressRows } from './progress-block.js'
import type { Line } from './spans.js'

/** Where a plan stands: the progress block, what lands, milestones, what somebody was told; nothing for a layout without any of it. */
export function planLines(doc: StatusDocument, cols: number, theme: MilestoneTheme): Line[] {
  const dated = { ...theme, zone: doc.timezone }
  return [
    ...progressBlock(progressRows(doc), cols, theme),
    ...mergeLines(doc.merges, cols, theme),
    ...milestoneLines(doc.milestones, cols, dated),
    ...escalationLines(doc.escalations, cols, dated),
  ]
}
