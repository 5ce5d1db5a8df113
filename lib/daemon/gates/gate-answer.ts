/** What is refused of an answer to a gate, and what is said when it was taken. */
import { OrchestraError } from '../../core/errors.js'
import { questionStates } from '../../core/gates/approvals.js'
import { questionsOf } from '../../core/gates/criteria.js'
import { peopleOf, whyNoAnswer } from '../../core/gates/people.js'
import type { GateId } from '../../core/ids.js'
import { namePrincipal, type Principal } from '../../core/principal.js'
import type { GateRecord, RunState } from '../../core/run/state.js'
import { plural } from '../../core/text/plural.js'
import { safeText } from '../../core/text/safe-text.js'

export interface GateAnswer {
  readonly approved: boolean
  /** The question that is meant. A yes without it is refused, with what is asked now; a no is to whatever is asked. */
  readonly promptId: string | null
  readonly by: Principal
  /** The numbers of the criteria that are answered; null: all that are asked. */
  readonly criteria?: readonly number[] | null
  readonly reason?: string | null
}

const MAX_REASON = 500

/** @returns the reason that is recorded. Refuses an answer of somebody whom the gate does not ask, or to what is not asked. */
export function checkAnswer(
  state: RunState,
  { spec }: GateRecord,
  { by, criteria, reason }: GateAnswer,
): string | null {
  const why = whyNoAnswer(peopleOf(state.layout), spec, by)
  if (why !== null) {
    throw new OrchestraError(why, {
      kind: 'refused',
      hint: `Who may answer stands in the layout under people: and gates.${spec.id}.approve.`,
      details: { gate: spec.id, principal: namePrincipal(by) },
    })
  }
  const asked = questionsOf(spec).flatMap(({ number }) => number ?? [])
  const other = criteria?.find((number) => !asked.includes(number))
  if (other !== undefined) {
    throw new OrchestraError(`criterion ${other} of ${spec.id} is not a question for a person`, {
      kind: 'usage',
      hint: asked.length === 0 ? `Answer the whole gate.` : `Questions of ${spec.id}: ${asked.join(', ')}.`,
    })
  }
  const said = safeText(reason ?? '').trim()
  return said === '' ? null : said.slice(0, MAX_REASON)
}

export function sayAnswered(state: RunState, id: GateId): string {
  const gate = state.gates.get(id)
  if (gate === undefined) throw noGate(id)
  const name = gate.spec.title ?? `gate ${id}`
  if (gate.status === 'checking') return `${name}: what it verifies is looked at again`
  if (gate.status !== 'waiting') return name
  const open = questionStates(gate).filter(({ answers, needed }) => answers.length < needed)
  const more = open.map(({ number, answers, needed }) => {
    const which = number === null ? '' : `criterion ${number}: `
    return `${which}${plural(needed - answers.length, 'more answer')}`
  })
  return `${name}: noted; it still needs ${more.join(', ')}`
}

export function noGate(id: string): OrchestraError {
  return new OrchestraError(`there is no gate ${id}`, { kind: 'usage' })
}
