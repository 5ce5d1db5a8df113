import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import { askedId } from '../../core/ids.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { Question } from '../../core/protocol/api.js'
import type { AgentRecord, GateRecord } from '../../core/run/state.js'
import type { Answer } from '../agents/answer-prompt.js'
import { answerGate, askedByGate, type AnsweredGate } from '../gates/answer-gate.js'
import type { GateAnswer } from '../gates/gate-answer.js'
import { agentOf } from '../kernel/agent-of.js'
import type { Daemon } from '../daemon.js'

/** Yes or no to the permission prompt that is shown, or to a gate that waits. */
export async function answer(
  daemon: Daemon,
  id: string,
  given: Answer & GateAnswer,
): Promise<{ text: string } | AnsweredGate> {
  const one = askerOf(daemon, id)
  if ('agent' in one) return daemon.parts.answers.answer(one.agent.spec.id, given)
  return answerGate({ kernel: daemon, hosts: daemon.parts.hosts }, one.gate, given)
}

/** What an agent or a gate asks now; refuses when it asks nothing. */
export async function questionNow(daemon: Daemon, id: string): Promise<Question> {
  const one = askerOf(daemon, id)
  return 'gate' in one ? askedByGate(one.gate) : daemon.parts.answers.question(one.agent)
}

type Asker = { readonly gate: GateRecord } | { readonly agent: AgentRecord }

function askerOf(daemon: Daemon, id: string): Asker {
  const { agents, gates } = daemon.loop.state
  const gate = gates.get(askedId(id))
  const isAgent = agents.has(askedId(id))
  if (!isAgent && gate !== undefined) return { gate }
  if (!isAgent && gates.size > 0) {
    throw new OrchestraError(
      `there is no agent and no gate ${id}${didYouMean(id, [...agents.keys(), ...gates.keys()])}`,
      {
        kind: 'usage',
        hint: `Gates: ${[...gates.keys()].join(', ')}. \`${fix('agent.list')}\` lists the agents.`,
      },
    )
  }
  return { agent: agentOf(daemon, id) }
}
