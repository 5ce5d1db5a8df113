import type { StatusDocument } from '../../core/protocol/status.js'
import { progressBlock, progressRows } from '../../core/view/progress-block.js'
import { span } from '../../core/view/spans.js'
import type { RenderOptions } from './options.js'
import { paintAll } from './paint.js'

export function renderPhases(doc: StatusDocument, options: RenderOptions): string {
  const lines = progressBlock(progressRows(doc), options.cols, options)
  if (lines.length === 0)
    return paintAll([[span('no phases in this layout: docs/plan.md', 'quiet')]], options.color)
  return paintAll(lines, options.color)
}
