/** The runs of a session: each begins with all tasks anew, or from a task on. */
import { fields, number, orNull, text, word } from '../shape.js'
import type { Millis } from '../time.js'

export interface RunRecord {
  /** From 1. */
  readonly number: number
  readonly startedAt: Millis
  /** null: it goes on. */
  readonly endedAt: Millis | null
  /** `left`: another one was begun before its end. null: it goes on. */
  readonly end: 'finished' | 'left' | null
  /** It began with this task and all that needs it; null: with everything. */
  readonly from: string | null
  /** Those that are disabled or removed apart; as they were at its end. */
  readonly tasks: number
  readonly completed: number
  readonly failed: number
  readonly blocked: number
}

export const runRecordShape = fields<RunRecord>({
  number,
  startedAt: number,
  endedAt: orNull(number),
  end: orNull(word('finished', 'left')),
  from: orNull(text()),
  tasks: number,
  completed: number,
  failed: number,
  blocked: number,
})
