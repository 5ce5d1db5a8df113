/** An event as a line for people: `events`, the monitor, notifications. */
import { formatPrincipal } from '../principal.js'
import type { EventRow } from '../protocol/status.js'
import type { RunEvent } from '../run/events.js'
import { formOf } from '../run/events/forms.js'
import { safeText } from '../text/safe-text.js'

export function eventRow(seq: number, event: RunEvent): EventRow {
  const [subject, text, level = 'info'] = formOf(event.type).line(event)
  return {
    seq,
    at: new Date(event.at).toISOString(),
    type: event.type,
    subject,
    text: safeText(text),
    level,
    by: causeOf(event),
  }
}

/** `person:1000`; of what an attempt itself reported `attempt:Task-2.1`; null: nobody asked for it. */
function causeOf(event: RunEvent): string | null {
  if ('by' in event) return event.by === null ? null : formatPrincipal(event.by)
  return event.type === 'attempt.proved' || event.type === 'attempt.progressed'
    ? `attempt:${event.attempt}`
    : null
}
