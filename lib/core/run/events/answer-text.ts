/** Who said yes or no, to what exactly, and by which choice. */
import { namePrincipal } from '../../principal.js'
import { questionLine } from '../answers.js'
import type { AgentEvent } from './agents.js'
import type { GateEvent } from './gates.js'

type Answer = Extract<AgentEvent | GateEvent, { type: 'prompt.answered' | 'gate.answered' }>

export function answerText(e: Answer): string {
  const rule = e.type === 'prompt.answered' && e.rule !== null ? ` (auto_approve: ${e.rule})` : ''
  const option = e.type === 'prompt.answered' && e.option !== null ? ` (${e.option})` : ''
  const question = e.question.length === 0 ? '' : `: ${questionLine(e)}`
  const criteria =
    e.type === 'gate.answered' && e.criteria !== null ? ` (criterion ${e.criteria.join(', ')})` : ''
  const reason = e.type === 'gate.answered' && e.reason !== null ? ` (${e.reason})` : ''
  const said = `${e.approved ? 'approved' : 'denied'} by ${namePrincipal(e.by)}${rule}`
  return `${said}${criteria}${reason}${question}${option}`
}
