/** What a layout says of a gate's criteria and of the people who answer them. */
import type { LayerId } from '../ids.js'
import { fields, flag, list, number, orNull, text } from '../shape.js'

/** Commands that must all exit 0, or, without commands, a question that a person answers. */
export interface Criterion {
  readonly text: string
  readonly verify: readonly string[]
}

export const criterionShape = fields<Criterion>({ text: text(), verify: list(text()) })

/** Whose answers open a gate with `approve: human`, and how many of them each question needs. */
export interface Quorum {
  /** A role of `people:`; null: any person. */
  readonly role: string | null
  readonly count: number
}

export const quorumShape = fields<Quorum>({ role: orNull(text()), count: number })
export const ANY_PERSON: Quorum = { role: null, count: 1 }

/** Somebody of `people:`. */
export interface PersonSpec {
  readonly id: string
  /** Principals, written KIND:ID: each of them is this person. */
  readonly is: readonly string[]
  readonly roles: readonly string[]
  readonly layer: LayerId | null
  /** What is addressed to this person also goes to the layout's `notify:`. */
  readonly notify: boolean
}

export const personShape = fields<PersonSpec>({
  id: text(),
  is: list(text()),
  roles: list(text()),
  layer: orNull(text()),
  notify: flag,
})
