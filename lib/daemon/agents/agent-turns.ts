import type { AgentId } from '../../core/ids.js'
import type { DaemonContext } from '../context.js'

const turns = new WeakMap<DaemonContext, Map<AgentId, Promise<void>>>()

/**
 * Starts and stops of one agent, one after the other: a start that is under way when the layout loses the agent would
 * make its window after the stop had looked for it. Each asks again, when its turn comes, whether it is still wanted.
 */
export function inTurn(agent: AgentId, context: DaemonContext, work: () => Promise<void>): Promise<void> {
  const mine = turns.get(context) ?? new Map<AgentId, Promise<void>>()
  turns.set(context, mine)
  const now = (mine.get(agent) ?? Promise.resolve()).then(work, work)
  mine.set(agent, now)
  const forget = () => {
    if (mine.get(agent) === now) mine.delete(agent)
  }
  now.then(forget, forget)
  return now
}
