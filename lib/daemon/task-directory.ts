import type { AgentId } from '../core/ids.js'
import type { TaskSpec } from '../core/layout/model.js'
import { runningSpec } from '../core/run/running-spec.js'
import type { RunState } from '../core/run/state.js'

/** Where a task's work is done: its own `cwd`, else that of its agent as it runs; null: HOME. */
export function taskDirectory(state: RunState, { cwd }: TaskSpec, id: AgentId | null): string | null {
  const agent = id === null ? undefined : state.agents.get(id)
  return cwd ?? (agent === undefined ? null : runningSpec(agent).cwd)
}
