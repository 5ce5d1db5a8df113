/** Again from a task on. */
import { askedId } from '../../ids.js'
import { dependentsOf } from '../index/dependents-of.js'
import { rebuildIndex } from '../index/index-run.js'
import type { TaskRecord } from '../state.js'
import { push, type Fold } from './fold.js'
import { newGate } from './reduce-gates.js'
import { taskAnew } from './new-task.js'

/**
 * A task and all that needs it, as if they had never run: also what was COMPLETED, and gates that were open. What earlier tries
 * proved or approved does not count, and what they did stays in the attempts. Not while one of
 * them is at work.
 */
export function redo(fold: Fold, from: TaskRecord): void {
  const { state, at } = fold
  const ids = [from.spec.id, ...dependentsOf(fold.index.graph, from.spec.id)]
  const tasks = ids.flatMap((id) => state.tasks.get(askedId(id)) ?? [])
  if (tasks.some(({ status }) => status === 'IN_PROGRESS')) return
  for (const task of tasks)
    if (!task.removed) state.tasks.set(task.spec.id, { ...taskAnew(task, at), alreadyDone: 'no' })
  for (const gate of state.gates.values())
    if (ids.includes(gate.spec.id)) state.gates.set(gate.spec.id, newGate(gate.spec, at))
  fold.index = rebuildIndex(state)
  push(fold, fold.index.graph.nodes.keys())
}
