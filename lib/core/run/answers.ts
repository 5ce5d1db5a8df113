/** What was asked and answered, for the report: who let an agent or a gate go on, and what exactly they said yes to. */
import type { AnswerRecord } from './answer-record.js'
import type { RunState } from './state.js'

/** Older ones stand in the journal alone. */
const KEPT = 1000

export function noteAnswer({ answers }: RunState, answer: AnswerRecord): void {
  answers.push(answer)
  if (answers.length > KEPT) answers.shift()
}
