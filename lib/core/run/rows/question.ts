/** What is asked now, as a person must see it before a yes. */
import { fix } from '../../fixes.js'
import { OrchestraError } from '../../errors.js'
import type { Question } from '../../protocol/api.js'
import { gateQuestion, gateRevision } from '../../gates/revision.js'
import type { GateRecord } from '../state.js'
import { shortPromptId } from '../../status/prompt-id.js'
import { spelledText } from '../../text/safe-text.js'
import type { Dialog } from '../../status/match-screen.js'

/** A question on an agent's screen. */
export interface ShownQuestion extends Dialog {
  readonly promptId: string
  readonly text: string | null
}

/** No screen has more rows. */
const MOST_LINES = 500

export function questionOfAgent(id: string, { promptId, text, rows, isCut }: ShownQuestion): Question {
  const subject = text ?? 'waits for a person'
  return { id, prompt_id: promptId, text: subject, lines: shownLines(rows), is_cut: isCut }
}

/** null: it asks nothing now. */
export function questionOfGate(gate: GateRecord): Question | null {
  const revision = gateRevision(gate)
  if (revision === null) return null
  const { id, title } = gate.spec
  return {
    id,
    prompt_id: revision,
    text: spelledText(title ?? `gate ${id}`),
    lines: shownLines(gateQuestion(gate)),
    is_cut: false,
  }
}

/** Nothing is removed: what would not show is spelled out. */
export function shownLines(rows: readonly string[]): readonly string[] {
  return rows.slice(-MOST_LINES).map((row) => spelledText(row.trimEnd()))
}

/** Nothing is approved but the question that the person names: refused, with what is asked now. */
export function notNamed(question: Question, named: string | null): OrchestraError {
  const { id, prompt_id, text } = question
  return new OrchestraError(
    named === null ? `${id} asks: ${text}` : `the question of ${id} has changed; it asks now: ${text}`,
    {
      kind: 'refused',
      hint: `Approve exactly this: ${fix('answer.approve', id, shortPromptId(prompt_id))}`,
      details: { question },
    },
  )
}
