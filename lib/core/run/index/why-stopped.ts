import type { AgentRecord } from '../state.js'
import { NO_TASK, waitsForTask } from './agent-tree.js'

const WHY = {
  stopped: 'stopped by a person',
  removed: 'it is not in the layout any more',
  standby: 'idle again: stands by',
} as const

/** Why an agent's process is to end; null: it is to live, and if it ends, it ended by itself. */
export function whyStopped(agent: AgentRecord): string | null {
  if (agent.wanted !== 'running') return WHY[agent.wanted]
  if (agent.restartRequested) return 'restart requested'
  return waitsForTask(agent) ? NO_TASK : null
}
