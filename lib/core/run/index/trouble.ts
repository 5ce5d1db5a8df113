/** Tasks that are themselves the cause of trouble, not only behind one that is. Looked up again when such a task changes. */
import type { TaskId } from '../../ids.js'
import type { RunState, TaskRecord } from '../state.js'
import type { RunGraph } from './index-graph.js'

interface Troubled {
  readonly graph: RunGraph
  readonly trouble: ReadonlySet<TaskId>
  /** null: to be looked up again. */
  roots: readonly TaskId[] | null
}

export function isTrouble({ status }: TaskRecord): boolean {
  return status === 'FAILED' || status === 'BLOCKED'
}

export function troubleOf(state: RunState, index: Troubled): readonly TaskId[] {
  index.roots ??= [...index.trouble].filter((id) => isRoot(state, index, id))
  return index.roots
}

function isRoot(state: RunState, { graph }: Troubled, id: TaskId): boolean {
  const task = state.tasks.get(id)
  if (task === undefined) return false
  if (task.status === 'FAILED' || task.stuck) return true
  const node = graph.nodes.get(id)
  const missing = node?.needs.some((need) => graph.nodes.get(need)?.kind === 'missing') === true
  return node === undefined || node.broken === 0 || missing
}
