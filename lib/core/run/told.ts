/** What an attempt was told, held against what its task says now. */
import type { TaskSpec } from '../layout/model.js'
import { sameValue } from '../same-value.js'

/** What an attempt follows from its beginning on; the rest of a task counts at once. In the words of a layout. */
const TOLD: Readonly<Partial<Record<keyof TaskSpec, string>>> = {
  title: 'title',
  kind: 'type',
  prompt: 'prompt',
  command: 'command',
  machine: 'machine',
  cwd: 'cwd',
  env: 'env',
  agent: 'agent',
  role: 'role',
  timeoutMs: 'timeout',
  outputs: 'outputs',
  verify: 'verify',
  successExitCodes: 'success_exit_codes',
}

const AT_ONCE: Readonly<Partial<Record<keyof TaskSpec, string>>> = {
  fallback: 'fallback',
  needs: 'needs',
  priority: 'priority',
  estimateMs: 'estimate',
  retry: 'retry',
  whenAlreadyDone: 'when_already_done',
  disabled: 'disabled',
  when: 'when',
  tier: 'tier',
  phase: 'phase',
  workers: 'workers',
  issue: 'issue',
}

export interface TaskChanges {
  readonly told: readonly string[]
  readonly atOnce: readonly string[]
}

export function taskChanges(before: TaskSpec, now: TaskSpec): TaskChanges {
  const differing = (words: Readonly<Partial<Record<keyof TaskSpec, string>>>) =>
    (Object.entries(words) as [keyof TaskSpec, string][])
      .filter(([key]) => !sameValue(before[key], now[key]))
      .map(([, word]) => word)
  if (before === now) return { told: [], atOnce: [] }
  return { told: differing(TOLD), atOnce: differing(AT_ONCE) }
}
