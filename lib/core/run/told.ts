/** What an attempt was told, held against what its task says now. */
import { TASK_EDITS, type TaskSpec } from '../layout/task-spec.js'
import { sameValue } from '../same-value.js'

export interface TaskChanges {
  /** Counts from the next attempt on. In the words of a layout. */
  readonly told: readonly string[]
  readonly atOnce: readonly string[]
}

export function taskChanges(before: TaskSpec, now: TaskSpec): TaskChanges {
  if (before === now) return { told: [], atOnce: [] }
  const edits = (Object.keys(TASK_EDITS) as (keyof TaskSpec)[]).flatMap((name) =>
    sameValue(before[name], now[name]) ? [] : (TASK_EDITS[name] ?? []),
  )
  const words = (when: (typeof edits)[number]['counts']) =>
    edits.filter(({ counts }) => counts === when).map(({ key }) => key)
  return { told: words('next attempt'), atOnce: words('at once') }
}
