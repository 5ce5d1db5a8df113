/** Which branches want to land: verified work of COMPLETED tasks, unless a task of the graph merges it later. */
import type { TaskId } from '../ids.js'
import type { AttemptRecord, RunState, TaskRecord } from '../run/state.js'
import type { MergeEntry, MergeRecord } from './records.js'
import type { MergeSpec } from './spec.js'
import { ancestorsOf } from './task-merge.js'

export type Branch = Pick<MergeEntry, 'task' | 'attempt' | 'agent' | 'machine' | 'branch' | 'oid'>

export function branchesToQueue(state: RunState, spec: MergeSpec, record: MergeRecord): readonly Branch[] {
  const found: Branch[] = []
  const resolved = new Map(
    [...record.entries.values()].flatMap((entry) =>
      entry.resolver === null ? [] : [[entry.resolver, entry] as const],
    ),
  )
  let later: ReadonlySet<TaskId> | undefined
  for (const task of state.tasks.values()) {
    if (task.status !== 'COMPLETED') continue
    const work = workOf(state, task, spec.pool)
    if (work === null) continue
    const entry = resolved.get(task.spec.id)
    if (entry !== undefined) {
      // Its conflict was resolved on a branch of another task.
      if (entry.status === 'conflicted' && entry.oid !== work.oid) found.push({ ...work, task: entry.task })
      continue
    }
    if (state.tasks.get(task.spec.id)?.landed != null || !isNew(record.entries.get(task.spec.id), work))
      continue
    later ??= mergedLater(state)
    if (!later.has(task.spec.id) || record.asked.has(task.spec.id)) found.push(work)
  }
  return found
}

/** Not what waits already, nor an older attempt than the one whose conflict was resolved. */
function isNew(entry: MergeEntry | undefined, work: Branch): boolean {
  if (entry === undefined) return true
  return entry.attempt !== work.attempt && entry.attempt.startsWith(`${work.task}.`)
}

/** Of its last attempt that went well; null: it left no commits in a tree of the pool. */
export function workOf(state: RunState, { spec, attempts }: TaskRecord, pool: string): Branch | null {
  let attempt: AttemptRecord | undefined
  for (const id of attempts.toReversed()) {
    attempt = state.attempts.get(id)
    if (attempt?.status === 'succeeded') break
  }
  if (attempt?.status !== 'succeeded' || attempt.tree?.pool !== pool) return null
  const { branch, head, commits } = attempt.tree
  if (branch === null || head === null || commits === 0) return null
  return {
    task: spec.id,
    attempt: attempt.id,
    agent: attempt.agent,
    machine: attempt.machine,
    branch,
    oid: head,
  }
}

/** What stands before a task of type `merge` that has not begun: it lands when that says so. */
function mergedLater(state: RunState): ReadonlySet<TaskId> {
  const found = new Set<TaskId>()
  for (const { spec, status } of state.tasks.values()) {
    const hasBegun = status === 'IN_PROGRESS' || status === 'COMPLETED'
    if (spec.act !== 'merge' || spec.disabled || hasBegun) continue
    for (const id of ancestorsOf(state, spec.id)) found.add(id)
  }
  return found
}
