import type { AgentState } from '../../words.js'
import { isWantedNow } from './agent-tree.js'
import { isBeingStopped, isComingUp } from './machine-reach.js'
import type { AgentRecord, RunState } from '../state.js'

/**
 * What a person is told of an agent. On a machine out of reach nothing is known of what ran there; that it had exited
 * stays known.
 */
export function agentState(state: RunState, agent: AgentRecord): AgentState {
  const { process } = agent
  if (process.status === 'exited') return 'exited'
  if (process.status === 'absent' && agent.wanted === 'running' && !isWantedNow(agent)) return 'exited'
  if (isComingUp(state, agent.machine) && agent.wanted === 'running') return 'starting'
  // Nothing of a degraded machine's tmux is heard either.
  if (state.machines.get(agent.machine)?.state !== 'online') return 'unknown'
  if (process.status === 'absent') return agent.wanted === 'running' ? 'starting' : 'exited'
  if (process.status === 'starting') return 'starting'
  if (isBeingStopped(state, agent)) return 'stopping'
  return agent.observation?.state ?? 'starting'
}

/** Something of it may stand on its machine. */
export function isThere({ process }: AgentRecord): boolean {
  return process.status === 'alive' || process.status === 'starting'
}

/** Removed from the layout and gone: nobody wants to see it any more. */
export function isListed(agent: AgentRecord): boolean {
  return agent.wanted !== 'removed' || isThere(agent)
}
