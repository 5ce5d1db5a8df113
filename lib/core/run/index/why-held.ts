import type { StandbyReason } from '../../phases/plan-specs.js'
import type { AgentState } from '../../words.js'
import type { AgentRecord, RunState } from '../state.js'
import { startsPerAttempt } from './agent-tree.js'
import { agentState } from './agent-state.js'

function isHeld(seen: AgentState | undefined): boolean {
  return seen === 'limited' || seen === 'waiting' || seen === 'error'
}

/** It cannot take work now, and not because it is at work. */
export function whyHeld(
  state: RunState,
  agent: AgentRecord,
): Extract<StandbyReason, 'blocked' | 'limited'> | null {
  if (agent.wanted === 'removed' || agent.wanted === 'standby') return null
  // Of most agents their own screen says enough, whatever their machine is.
  if (agent.process.status === 'alive' && !isHeld(agent.observation?.state)) return null
  switch (agentState(state, agent)) {
    case 'limited':
      return 'limited'
    case 'waiting':
    case 'error':
      return 'blocked'
    case 'exited':
      if (startsPerAttempt(agent.spec)) return null
      return agent.restartAt === null && !agent.restartRequested ? 'blocked' : null
    default:
      return null
  }
}
