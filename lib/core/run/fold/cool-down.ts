import type { Millis } from '../../time.js'
import type { AgentRecord } from '../state.js'

const FIRST_MS = 5000
const MAX_MS = 300_000

/** After a start or a delivery that failed: the agent is left alone for a while, longer each time, so that it does not eat up tasks. */
export function coolDown(agent: AgentRecord, at: Millis): AgentRecord {
  const pause = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(agent.troubles, 10))
  return { ...agent, troubles: agent.troubles + 1, coolUntil: at + pause }
}
