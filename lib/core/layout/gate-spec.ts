/** A gate of a layout. */
import { ANY_PERSON, criterionShape, quorumShape, type Criterion, type Quorum } from '../gates/spec.js'
import type { GateId, MachineId } from '../ids.js'
import { fields, list, number, orNull, since, text, word } from '../shape.js'
import type { Millis } from '../time.js'

export interface GateSpec {
  readonly id: GateId
  readonly title: string | null
  /** Opens only after all of these completed. */
  readonly after: readonly string[]
  readonly verify: readonly string[]
  readonly machine: MachineId | null
  readonly cwd: string | null
  readonly timeoutMs: Millis
  readonly approve: 'human' | 'none'
  /** Beside `verify`, in order; they count from 1. */
  readonly criteria: readonly Criterion[]
  /** Whose answers count, and how many; of `approve: human`. */
  readonly quorum: Quorum
}

export const gateShape = fields<GateSpec>({
  id: text(),
  title: orNull(text()),
  after: list(text()),
  verify: list(text()),
  machine: orNull(text()),
  cwd: orNull(text()),
  timeoutMs: number,
  approve: word('human', 'none'),
  criteria: since([], list(criterionShape)),
  quorum: since(ANY_PERSON, quorumShape),
})

/** A gate of which nothing is said but its id. */
export const PLAIN_GATE: Omit<GateSpec, 'id'> = {
  title: null,
  after: [],
  verify: [],
  machine: null,
  cwd: null,
  timeoutMs: 60_000,
  approve: 'none',
  criteria: [],
  quorum: ANY_PERSON,
}
