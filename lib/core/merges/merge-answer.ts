/** What a task that merges, or offers a pull request, is told. */
import type { TaskId } from '../ids.js'
import type { AttemptRecord, RunState } from '../run/state.js'
import { workOf } from './branches.js'
import { isAskedFor, lacksPull, type MergeEntry } from './records.js'
import { isBeingResolved } from './resolver.js'
import type { MergeSpec } from './spec.js'
import { ancestorsOf } from './task-merge.js'

export type Answer =
  | 'waits'
  | { readonly outcome: 'done' | 'fail'; readonly text: string }
  | { readonly outcome: 'offer'; readonly tasks: readonly TaskId[] }

export function answerOf(state: RunState, spec: MergeSpec | undefined, attempt: AttemptRecord): Answer {
  const { act } = attempt.told.task
  if (spec === undefined)
    return { outcome: 'fail', text: `the layout has no \`merges:\` for what ${attempt.task} needs` }
  const record = state.merges.get(spec.id)
  const tasks = [...ancestorsOf(state, attempt.task)].filter((id) => {
    const task = state.tasks.get(id)
    return task !== undefined && workOf(state, task, spec.pool) !== null
  })
  if (tasks.length === 0) return { outcome: 'done', text: 'nothing to land: what it needs left no commits' }
  if (act === 'pr') return { outcome: 'offer', tasks }
  const entries = tasks.map((task) => record?.entries.get(task))
  const stuck = entries.find((entry) => entry !== undefined && isStuck(state, spec, entry))
  if (stuck !== undefined) return { outcome: 'fail', text: `${stuck.task} ${stuck.reason ?? stuck.status}` }
  if (record?.held != null) return { outcome: 'fail', text: record.held }
  const isDone = entries.every(
    (entry) => entry?.status === 'landed' || (entry?.status === 'offered' && !isAskedFor(entry)),
  )
  if (!isDone) return 'waits'
  const offered = entries.flatMap((entry) => (entry?.status === 'offered' ? [entry.url ?? entry.branch] : []))
  if (offered.length > 0) return { outcome: 'done', text: `offered: ${offered.join(', ')}` }
  const oid = state.tasks.get(tasks[0]!)?.landed?.oid.slice(0, 10) ?? ''
  return { outcome: 'done', text: `landed in ${spec.into} as ${oid}: ${tasks.join(', ')}` }
}

/** Nobody but a person can go on. */
export function isStuck(state: RunState, spec: MergeSpec, entry: MergeEntry): boolean {
  if (entry.status === 'rejected' || lacksPull(entry)) return true
  return entry.status === 'conflicted' && !isBeingResolved(state, spec, entry)
}
