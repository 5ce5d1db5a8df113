/** What was asked and answered, for the report: who let an agent or a gate go on, and what exactly they said yes to. */
import type { RunEvent } from './events.js'
import type { RunState } from './state.js'

export type AnswerRecord = Extract<RunEvent, { type: 'prompt.answered' | 'gate.answered' }>

/** Older ones stand in the journal alone. */
const KEPT = 1000

/** Of a dialog that fills a screen, in a table or on a line; the journal has all of it. */
const SHOWN = 1000

/** The question in one line. */
export function questionLine({ question }: Pick<AnswerRecord, 'question'>): string {
  const line = question
    .map((row) => row.trim())
    .filter((row) => row !== '')
    .join(' ')
  return line.length <= SHOWN ? line : `${line.slice(0, SHOWN - 1)}…`
}

export function noteAnswer({ answers }: RunState, answer: AnswerRecord): void {
  answers.push(answer)
  if (answers.length > KEPT) answers.shift()
}
