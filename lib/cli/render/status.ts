import type { StatusDocument } from '../../core/protocol/status.js'
import { statusLines } from '../../core/view/status-lines.js'
import { offsetOf, type RenderOptions } from './options.js'
import { paintAll } from './paint.js'

/** `orchestra status`, painted; ends with a line end. */
export function renderStatus(doc: StatusDocument, options: RenderOptions): string {
  return paintAll(statusLines(doc, { ...options, offsetMin: offsetOf(options) }), options.color)
}
