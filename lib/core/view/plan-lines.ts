import type { StatusDocument } from '../protocol/status.js'
import { milestoneLines, type MilestoneTheme } from './milestone-lines.js'
import { progressBlock, progressRows } from './progress-block.js'
import type { Line } from './spans.js'

/** Where a plan stands: the progress block, then its milestones; nothing for a layout without either. */
export function planLines(doc: StatusDocument, cols: number, theme: MilestoneTheme): Line[] {
  return [...progressBlock(progressRows(doc), cols, theme), ...milestoneLines(doc.milestones, cols, theme)]
}
