/** The stored form of every event, in the present journal format; a golden file shows each change of one. */
import { fields, number, type Shape } from '../../shape.js'
import type { RunEvent } from '../events.js'
import { FORMS } from '../events/forms.js'
import { fullPrincipal } from '../events/principal-shape.js'

export const EVENT_SHAPES: ReadonlyMap<string, Shape<RunEvent>> = new Map(
  Object.entries(FORMS).map(([type, form]) => [
    type,
    fields({ at: number, ...form.fields }) as unknown as Shape<RunEvent>,
  ]),
)

/** A line for each field of an event. */
export function describeEvents(): string[] {
  const events = [...EVENT_SHAPES].flatMap(([type, shape]) => shape.describe(type))
  return [...events, ...fullPrincipal.describe('principal')]
}
