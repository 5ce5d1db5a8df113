/** Sends a prompt to an agent, waits for the end of its turn, and says what it answered. */
import type { TurnEnd } from '../../../core/asking/turn-end.js'
import { fix } from '../../../core/fixes.js'
import { OrchestraError } from '../../../core/errors.js'
import type { AskDocument, AskRequest, Question, Receipt } from '../../../core/protocol/api.js'
import type { Principal } from '../../../core/principal.js'
import { agentState } from '../../../core/run/index/agent-state.js'
import type { AgentRecord } from '../../../core/run/state.js'
import type { AgentState } from '../../../core/words.js'
import type { TurnTold } from '../../attempts/hooks.js'
import type { Daemon } from '../../daemon.js'
import { agentOf } from '../../kernel/agent-of.js'
import { receiptWhenSettled, sendTo } from '../send.js'
import { answerOf } from './answer-of.js'
import { watchTurn } from './watch-turn.js'

const DEFAULT_MS = 600_000

/** Asked again under the same operation id: nothing is sent twice, and the same turn is waited for. */
export async function askAgent(
  daemon: Daemon,
  id: string,
  { text, operation_id: operation, timeout_ms: timeoutMs = DEFAULT_MS }: AskRequest,
  by: Principal,
): Promise<AskDocument> {
  const endsAt = daemon.clock.now() + timeoutMs
  const agent = agentOf(daemon, id)
  const known = daemon.store.facts.receipt(operation)
  if (known === null) {
    if (text === undefined)
      throw new OrchestraError(`there is no question ${operation}`, {
        kind: 'refused',
        hint: `Ask it again: \`${fix('agent.ask', id)}\`.`,
      })
    // A person has to answer the question or wait for the limit first: nothing is sent.
    const before = hindranceIn(agentState(daemon.loop.state, agent))
    if (before !== null)
      return { ...(await told(daemon, agent, before, null)).told, ...receiptOf(operation, id, null) }
  } else if (known.agent !== id) {
    throw new OrchestraError(`operation ${operation} was a message to ${known.agent}`, { kind: 'refused' })
  }
  const watch = watchTurn(daemon, agent, operation)
  try {
    const request = { operation_id: operation, wait: true, timeout_ms: timeoutMs }
    const receipt =
      text === undefined
        ? await receiptWhenSettled(daemon, operation, timeoutMs)
        : await sendTo(daemon, id, { ...request, text }, by)
    const sent = receiptOf(operation, id, receipt)
    const failed = { ...sent, ...NOTHING, text: receipt.reason ?? receipt.state }
    if (receipt.state === 'refused') return { ...failed, state: 'refused' }
    const end = receipt.state === 'queued' ? null : await watch.end(endsAt)
    if (end === null) return { ...sent, ...NOTHING, state: 'late', text: null }
    const answer = await told(daemon, agentOf(daemon, id), end, watch.told())
    // Where nothing shows that the agent took the prompt, its screen must show the prompt and something below it.
    const isSure = receipt.state !== 'unconfirmed' || watch.began() || answer.echoed
    if (end === 'answered' && !isSure) return { ...failed, state: 'unconfirmed' }
    return { ...answer.told, ...sent }
  } finally {
    watch.close()
  }
}

const NOTHING = { source: null, question: null } as const

function hindranceIn(state: AgentState): 'question' | 'limited' | null {
  if (state === 'waiting') return 'question'
  return state === 'limited' ? state : null
}

function receiptOf(operation: string, agent: string, receipt: Receipt | null) {
  return { operation_id: operation, agent, receipt: receipt?.state ?? null }
}

async function told(
  daemon: Daemon,
  agent: AgentRecord,
  end: TurnEnd,
  turn: TurnTold | null,
): Promise<{ readonly told: Told; readonly echoed: boolean }> {
  if (end === 'answered') {
    const { source, text, echoed } = await answerOf(daemon, agent, turn)
    return { told: { state: end, text, source, question: null }, echoed }
  }
  const question = end === 'question' ? await asked(daemon, agent) : null
  const seen = agent.process.status === 'exited' ? agent.process.reason : agent.observation?.text
  const text = question?.lines.join('\n') ?? seen ?? end
  return { told: { state: end, text, source: null, question }, echoed: false }
}

type Told = Pick<AskDocument, 'state' | 'text' | 'source' | 'question'>

async function asked(daemon: Daemon, agent: AgentRecord): Promise<Question | null> {
  return daemon.parts.answers.question(agent).catch(() => null)
}
