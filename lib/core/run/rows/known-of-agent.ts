import { isoTime } from '../../iso-time.js'
import { agentState } from '../index/agent-state.js'
import type { AgentRecord, RunState } from '../state.js'

/** What the journal says of an agent's state, and why. */
export function knownOfAgent(state: RunState, agent: AgentRecord) {
  const { spec, machine, observation, process, attempt, mode } = agent
  const hasExited = process.status === 'exited'
  return {
    agent: spec.id,
    type: spec.type,
    machine,
    state: agentState(state, agent),
    confidence: observation?.confidence ?? (hasExited ? 1 : 0),
    rule: observation?.rule ?? null,
    evidence: observation?.evidence ?? (hasExited ? 'exit' : process.status),
    text: hasExited ? process.reason : (observation?.text ?? null),
    observed_at: isoTime(observation?.at ?? null),
    process,
    attempt,
    mode,
  }
}
