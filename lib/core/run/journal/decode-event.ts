/** What any version wrote → an event of today, or what is wrong with it. Nothing is guessed and nothing is left out. */
import { messageOf } from '../../errors.js'
import type { RunEvent } from '../events.js'
import { EVENT_SHAPES } from './event-shapes.js'
import { JOURNAL_FORMAT, UPCASTS } from './format.js'
import type { RawEvent } from './raw-event.js'
import { Mismatch } from '../../shape.js'

export type EventProblem =
  /** Written by a newer orchestra: even an event of a type that we know may mean something else there. */
  | { readonly problem: 'newer'; readonly format: number }
  | { readonly problem: 'unknown'; readonly type: string }
  | { readonly problem: 'damaged'; readonly type: string | null; readonly why: string }

export function isProblem(decoded: RunEvent | EventProblem): decoded is EventProblem {
  return 'problem' in decoded
}

/** `text` is JSON as it stands in the journal; `format` the journal format that it was written in. */
export function decodeEvent(text: string, format: number): RunEvent | EventProblem {
  if (format > JOURNAL_FORMAT) return { problem: 'newer', format }
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (error) {
    return { problem: 'damaged', type: null, why: messageOf(error) }
  }
  return isRawEvent(raw)
    ? read(UPCASTS.slice(format - 1).reduce((event, upcast) => upcast(event), raw))
    : { problem: 'damaged', type: null, why: 'not an object with a type' }
}

function read(raw: RawEvent): RunEvent | EventProblem {
  const shape = EVENT_SHAPES.get(raw.type)
  if (shape === undefined) return { problem: 'unknown', type: raw.type }
  try {
    return shape.read(raw)
  } catch (error) {
    if (error instanceof Mismatch) return { problem: 'damaged', type: raw.type, why: String(error) }
    throw error
  }
}

function isRawEvent(value: unknown): value is RawEvent {
  return typeof value === 'object' && value !== null && typeof (value as RawEvent).type === 'string'
}
