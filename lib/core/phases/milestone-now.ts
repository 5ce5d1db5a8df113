/** How far a milestone has come, from the state alone: no forecast is needed to say that it is done. */
import { indexOf } from '../run/index/index-run.js'
import { askedId, type TaskId } from '../ids.js'
import type { RunState, TaskRecord } from '../run/state.js'
import type { Millis } from '../time.js'
import { isLeftOut } from './left-out.js'
import type { MilestoneParts, MilestoneSpec } from './plan-specs.js'
import { tasksOf } from './tasks-of.js'

export interface MilestoneNow {
  readonly tasks: readonly TaskRecord[]
  readonly open: readonly TaskRecord[]
  /** Tasks, phases, and the gates of these. */
  readonly names: readonly string[]
  /** No task of it is open, and no gate. */
  readonly isDone: boolean
  /** When its last task or gate was; null: nothing of it was done. */
  readonly doneAt: Millis | null
}

export function milestoneNow(state: RunState, spec: Pick<MilestoneSpec, 'tasks'>): MilestoneNow {
  const { phases, gates, ...parts } = partsOf(state, spec.tasks)
  const tasks: TaskRecord[] = []
  for (const id of parts.tasks) {
    const task = state.tasks.get(id)
    if (task !== undefined && !isLeftOut(task)) tasks.push(task)
  }
  const open = tasks.filter(({ status }) => status !== 'COMPLETED')
  const { nodes } = indexOf(state).graph
  const isHeld = [...phases, ...gates].some((id) => {
    const node = nodes.get(id)
    return node !== undefined && node.kind !== 'missing' && node.outcome !== 'met'
  })
  const gatesAt = gates.map((id) => {
    const gate = state.gates.get(id)
    return gate?.status === 'open' ? gate.since : null
  })
  const doneAt = [...tasks.map(({ endedAt }) => endedAt), ...gatesAt].reduce<Millis | null>(latest, null)
  return { tasks, open, names: [...spec.tasks, ...gates], isDone: open.length === 0 && !isHeld, doneAt }
}

function partsOf(state: RunState, names: readonly string[]): MilestoneParts {
  const { milestoneParts } = indexOf(state)
  const known = milestoneParts.get(names)
  if (known !== undefined) return known
  const phases = (state.layout?.phases ?? []).filter(({ id }) => names.includes(id))
  const parts: MilestoneParts = {
    tasks: [...tasksOf(state.layout, names)].map((id) => askedId<TaskId>(id)),
    phases: phases.map(({ id }) => id),
    gates: phases.flatMap(({ gate }) => gate ?? []),
  }
  milestoneParts.set(names, parts)
  return parts
}

export function lateBy(doneAt: Millis | null, dueAt: Millis): Millis {
  return doneAt === null ? 0 : Math.max(0, doneAt - dueAt)
}

function latest(a: Millis | null, b: Millis | null): Millis | null {
  if (a === null || b === null) return a ?? b
  return Math.max(a, b)
}
