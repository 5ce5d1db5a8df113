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

export function startsDifferently(a: AgentSpec, b: AgentSpec): boolean {
  return AT_START.some((key) => !sameValue(a[key], b[key]))
}

export function isAtStart(key: string): boolean {
  return (AT_START as readonly string[]).includes(key)
}
