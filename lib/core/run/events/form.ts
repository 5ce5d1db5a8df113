/** What is said of each event beside its type: how it is stored, and its line for people. */
import type { Fields } from '../../shape.js'
import type { EventLevel } from '../../words.js'

export type Line = readonly [subject: string | null, text: string, level?: EventLevel]

export interface Form<E> {
  /** Its stored form in the present journal format; a field that comes later is `since(VALUE, shape)`. */
  readonly fields: Fields<Omit<E, 'type'>>
  readonly line: (event: E) => Line
  /**
   * When it is written; without it before anything follows from it. `soon`: the next look makes it again, so it is told at once
   * and written with the next event that counts. `never`: a measurement, which stands in the state until the next one.
   */
  readonly written?: 'soon' | 'never'
}

/** The events of a domain: the compiler asks for an entry when one is added to the union. */
export type Forms<E extends { readonly type: string }> = {
  readonly [T in E['type']]: Form<Extract<E, { readonly type: T }>>
}

export function why(reason: string | null | undefined): string {
  return reason === null || reason === undefined || reason === '' ? '' : `: ${reason}`
}
