import type { EventRow } from '../../core/protocol/status.js'
import { eventLine } from '../../core/view/event-line.js'
import { paint } from './paint.js'

/** One event, one line, whole: what is read by programs and grep is not shortened. */
export function renderEvent(
  row: EventRow,
  options: {
    readonly cols: number
    readonly ascii: boolean
    readonly color: boolean
    readonly offsetMin?: number
  },
): string {
  const offsetMin = options.offsetMin ?? -new Date(row.at).getTimezoneOffset()
  return paint(eventLine(row, { ascii: options.ascii, offsetMin }), options.color)
}
