import type { AgentSpec } from '../layout/model.js'
import type { AgentRecord } from './state.js'
import { sameValue } from '../same-value.js'

/** How the process that lives was started; of one that does not live, how the next start will be. */
export function runningSpec({ spec, process, startedAs }: AgentRecord): AgentSpec {
  const lives = process.status === 'alive' || process.status === 'starting'
  return lives ? (startedAs ?? spec) : spec
}

/** What of an agent's entry counts only when it starts; the rest counts at once. */
const AT_START = ['type', 'behaviour', 'command', 'env', 'machine', 'cwd', 'autoTrust', 'mode'] as const

/** It would be started otherwise now, where it stands. @param now its entry as a start would take it */
export function startsDifferently(record: AgentRecord, now: AgentSpec): boolean {
  const runs = runningSpec(record)
  return AT_START.some((key) => !sameValue(runs[key], now[key]))
}

export function isAtStart(key: string): boolean {
  return (AT_START as readonly string[]).includes(key)
}
