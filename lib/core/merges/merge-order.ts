/** Who lands first. */
import type { TaskId } from '../ids.js'
import type { Millis } from '../time.js'
import type { MergeEntry } from './records.js'
import type { MergeOrder } from './spec.js'

export interface MergeWeight {
  /** 1 comes first. */
  readonly priority: number
  /** The longest way behind it. */
  readonly remainingMs: Millis
  /** Tasks that must land before it, or together with it and earlier. */
  readonly after: readonly TaskId[]
}

/** By the order of the layout, then by age and id; but nothing before what it is built on. */
export function inMergeOrder(
  entries: readonly MergeEntry[],
  order: readonly MergeOrder[],
  weigh: (task: TaskId) => MergeWeight,
): readonly MergeEntry[] {
  const compare: Record<MergeOrder, (a: MergeEntry, b: MergeEntry) => number> = {
    priority: (a, b) => weigh(a.task).priority - weigh(b.task).priority,
    critical_path: (a, b) => weigh(b.task).remainingMs - weigh(a.task).remainingMs,
    age: (a, b) => a.queuedAt - b.queuedAt,
  }
  const sorted = entries.toSorted((a, b) => {
    for (const one of [...order, 'age' as const]) {
      const difference = compare[one](a, b)
      if (difference !== 0) return difference
    }
    return a.task < b.task ? -1 : 1
  })
  const listed = new Map(sorted.map((entry) => [entry.task, entry]))
  const placed = new Set<TaskId>()
  const result: MergeEntry[] = []
  const place = (entry: MergeEntry): void => {
    if (placed.has(entry.task)) return
    placed.add(entry.task)
    for (const need of weigh(entry.task).after) {
      const before = listed.get(need)
      if (before !== undefined) place(before)
    }
    result.push(entry)
  }
  for (const entry of sorted) place(entry)
  return result
}
