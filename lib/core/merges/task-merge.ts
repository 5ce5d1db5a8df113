/** Which queue a task that merges means, and which branches. */
import { askedId, type TaskId } from '../ids.js'
import type { TaskSpec } from '../layout/task-spec.js'
import type { RunState } from '../run/state.js'
import type { MergeSpec } from './spec.js'

/** The queue of its `tree`; else of the first pool that what it needs has a branch in; else the only one. */
export function mergeOfTask(state: RunState, task: TaskSpec): MergeSpec | undefined {
  const merges = state.layout?.merges ?? []
  if (task.tree !== null) return merges.find(({ pool }) => pool === task.tree)
  for (const id of ancestorsOf(state, task.id)) {
    const last = state.tasks.get(id)?.attempts.at(-1)
    const pool = last === undefined ? undefined : state.attempts.get(last)?.tree?.pool
    const found = merges.find((merge) => merge.pool === pool)
    if (found !== undefined) return found
  }
  return merges.length === 1 ? merges[0] : undefined
}

/** All tasks that it needs, through gates and phases too, however far up; the nearest first. */
export function ancestorsOf(state: RunState, task: TaskId): ReadonlySet<TaskId> {
  const found = new Set<TaskId>()
  const todo: string[] = [task]
  const seen = new Set<string>(todo)
  for (let id = todo.shift(); id !== undefined; id = todo.shift()) {
    if (id !== task && state.tasks.has(askedId(id))) found.add(askedId(id))
    for (const need of needsOf(state, id)) {
      if (seen.has(need)) continue
      seen.add(need)
      todo.push(need)
    }
  }
  return found
}

function needsOf(state: RunState, id: string): readonly string[] {
  const task = state.tasks.get(askedId(id))
  if (task !== undefined) return task.spec.needs
  const gate = state.gates.get(askedId(id))
  if (gate !== undefined) return gate.spec.after
  return state.layout?.phases.find((phase) => phase.id === id)?.tasks ?? []
}
