import { OrchestraError } from '../../core/errors.js'
import { askedId } from '../../core/ids.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { AgentRecord } from '../../core/run/state.js'
import type { Reading } from './reading.js'

/** The agent that a person named; refused with what it may have meant if there is none. */
export function agentOf(
  { loop }: { readonly loop: Pick<Reading['loop'], 'state'> },
  id: string,
): AgentRecord {
  const { agents } = loop.state
  const agent = agents.get(askedId(id))
  if (agent === undefined || agent.wanted === 'removed') {
    throw new OrchestraError(`there is no agent ${id}${didYouMean(id, agents.keys())}`, {
      kind: 'usage',
      hint: `Agents: ${[...agents.keys()].join(', ') || 'none'}.`,
    })
  }
  return agent
}
