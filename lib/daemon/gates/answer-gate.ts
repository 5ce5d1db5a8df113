/** Yes or no to a gate that waits for a person. */
import { OrchestraError } from '../../core/errors.js'
import { namePerson, peopleOf } from '../../core/gates/people.js'
import { hasCommands } from '../../core/gates/criteria.js'
import type { GateId } from '../../core/ids.js'
import { workDirectory } from '../../core/layout/work-directory.js'
import type { Question } from '../../core/protocol/api.js'
import { notNamed, questionOfGate } from '../../core/run/rows/question.js'
import type { GateRecord } from '../../core/run/state.js'
import { isPrompt } from '../../core/status/prompt-id.js'
import type { Kernel } from '../kernel/kernel.js'
import { headOf } from '../machines/head-of.js'
import { hostOf, type Hosts } from '../machines/host-of.js'
import { localMachine } from '../machines/local-machine.js'
import { checkAnswer, noGate, sayAnswered, type GateAnswer } from './gate-answer.js'

export interface AnsweredGate {
  readonly text: string
  /** Whose answer it is: `maestro (person:1000)`. */
  readonly by: string
  /** What it counts for. */
  readonly revision: string
}

export interface GateAnswerNeeds {
  readonly kernel: Pick<Kernel, 'loop' | 'clock'>
  readonly hosts: Hosts
}

/** What the gate asks now; refuses when it asks nothing. */
export function askedByGate(gate: GateRecord): Question {
  const question = questionOfGate(gate)
  if (question !== null) return question
  throw new OrchestraError(`gate ${gate.spec.id} is ${gate.status}`, {
    kind: 'refused',
    hint: 'Only a gate that waits can be answered.',
  })
}

export async function answerGate(
  needs: GateAnswerNeeds,
  { spec: { id } }: GateRecord,
  given: GateAnswer,
): Promise<AnsweredGate> {
  const { loop, clock } = needs.kernel
  const { approved, promptId, by } = given
  const moved = approved ? await headMoved(needs, id) : null
  // Read when nothing is waited for any more: it may have been answered, or checked, until then.
  const gate = loop.state.gates.get(id)
  if (gate === undefined) throw noGate(id)
  const reason = checkAnswer(loop.state, gate, given)
  const question = askedByGate(gate)
  if (promptId === null ? approved : !isPrompt(promptId, question.prompt_id))
    throw notNamed(question, promptId)
  const at = clock.now()
  const answered = {
    type: 'gate.answered',
    at,
    gate: id,
    approved,
    question: question.lines,
    promptId: question.prompt_id,
    criteria: given.criteria ?? null,
    reason,
    by,
  } as const
  // Its commands say first whether what is approved still holds; the answer counts if they say the same as before.
  if (moved === null) loop.dispatch(answered)
  else loop.dispatch({ type: 'gate.check_requested', at, gate: id, reason: moved, by }, answered)
  return {
    text: sayAnswered(loop.state, id),
    by: namePerson(peopleOf(loop.state.layout), by),
    revision: question.prompt_id,
  }
}

/** Where its commands look has another commit than when the gate began to wait. null: no, or nobody knows. */
async function headMoved({ kernel, hosts }: GateAnswerNeeds, id: GateId): Promise<string | null> {
  const { loop } = kernel
  const gate = loop.state.gates.get(id)
  if (gate?.status !== 'waiting' || gate.head === null || !hasCommands(gate.spec)) return null
  const machine = gate.spec.machine ?? localMachine(loop.state)
  const head = await headOf(
    hostOf({ hosts }, machine),
    workDirectory(loop.state.layout, machine, gate.spec.cwd),
  )
  if (head === null || head === gate.head) return null
  return `HEAD was ${gate.head.slice(0, 12)} when it began to wait, and is ${head.slice(0, 12)}`
}
