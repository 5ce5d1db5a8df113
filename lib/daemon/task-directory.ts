import type { AgentId } from '../core/ids.js'
import type { RunState, TaskRecord } from '../core/run/state.js'

/** Where a task's work is done: its own `cwd`, else its agent's; null: HOME. */
export function taskDirectory(state: RunState, task: TaskRecord, agent: AgentId | null): string | null {
  return task.spec.cwd ?? (agent === null ? null : (state.agents.get(agent)?.spec.cwd ?? null))
}
