import { namePrincipal, type Principal } from '../../principal.js'
import type { TaskSpec } from '../../layout/model.js'
import type { Millis } from '../../time.js'
import type { RunEvent } from '../events.js'
import { phaseNamed } from '../../phases/phase-named.js'
import { sayBlocked } from '../block-text.js'
import { push, putTask, type Fold } from './fold.js'
import { newTask } from './new-task.js'
import { redo } from './redo.js'
import { addNeed, addNode, nodeOf, raiseRemaining, waitsFor, type GraphNode } from '../index/index-graph.js'
import { listTask, rebuildIndex, unlistTask } from '../index/index-run.js'
import { askedId } from '../../ids.js'
import type { BlockRecord, TaskRecord } from '../state.js'
import { bindBySpec } from './reduce-issues.js'

type TaskEvent = Extract<RunEvent, { type: `task.${string}` }>

export function reduceExecution(
  fold: Fold,
  { execution: id, tasks, maxWorkers }: Extract<RunEvent, { type: 'execution.asked' }>,
): void {
  for (const spec of tasks) submit(fold, spec, { id, maxWorkers })
}

export function reduceTask(fold: Fold, event: TaskEvent): void {
  if (event.type === 'task.submitted') return submit(fold, event.task)
  const task = fold.state.tasks.get(event.task)
  if (task === undefined) return
  switch (event.type) {
    case 'task.needs_added':
      return addNeeds(fold, task, event.needs)
    case 'task.cancel_requested':
      return cancel(fold, task, event.by)
    case 'task.removed':
      return remove(fold, task)
    case 'task.retry_requested':
      return retry(fold, task)
    case 'task.again_requested':
      redo(fold, task)
      return
    case 'task.blocked': {
      const { text, proposal, impact, urgent, by, at } = event
      return block(fold, task, { text, proposal, impact, urgent, by, at })
    }
    case 'task.unblocked':
      return unblock(fold, task)
    case 'task.already_done':
      return alreadyDone(fold, task, event.done, event.output)
  }
}

function submit(fold: Fold, spec: TaskSpec, execution: TaskRecord['execution'] = null): void {
  const { state, index } = fold
  if (state.tasks.has(spec.id) || state.gates.has(askedId(spec.id))) return
  if (phaseNamed(state, spec.id) !== undefined) return
  bindBySpec(state, spec)
  const known = index.graph.nodes.get(spec.id)
  const circular = spec.needs.filter((need) => need === spec.id || waitsFor(index.graph, need, spec.id))
  const task =
    circular.length === 0
      ? newTask(spec, fold.at, 'submitted', execution)
      : refused(spec, circular, fold.at, execution)
  if (known !== undefined || state.layout?.waves.barrier === true || index.focus !== null) {
    // Somebody waited for it already, it moves a barrier or may be needed where other work stops: things far away change.
    state.tasks.set(spec.id, task)
    fold.index = rebuildIndex(state)
    push(fold, fold.index.graph.nodes.keys())
    putTask(fold, task)
    return
  }
  const node = addNode(index.graph, {
    id: spec.id,
    kind: 'task',
    needs: task.spec.needs,
    estimateMs: spec.estimateMs,
  })
  lengthen(fold, node)
  putTask(fold, task)
  push(fold, [spec.id])
}

/** Others wait for this id already: with these needs, all of them would wait for ever. */
function refused(
  spec: TaskSpec,
  circular: readonly string[],
  at: Millis,
  execution: TaskRecord['execution'],
): TaskRecord {
  const needs = spec.needs.filter((need) => !circular.includes(need))
  const reason = `refused: it would wait for itself through ${circular.join(', ')}`
  return { ...newTask({ ...spec, needs, disabled: true }, at, 'submitted', execution), reason }
}

/** Ways got longer: tasks that wait in order of that length move up. */
function lengthen(fold: Fold, from: GraphNode): void {
  const { state, index } = fold
  for (const node of raiseRemaining(index.graph, from)) {
    const task = state.tasks.get(askedId(node.id))
    if (task === undefined) continue
    unlistTask(state, index, task)
    listTask(state, index, task)
  }
}

function addNeeds(fold: Fold, task: TaskRecord, needs: readonly string[]): void {
  const { state, index } = fold
  const id = task.spec.id
  const fresh = needs.filter((need) => !task.spec.needs.includes(need))
  if (fresh.length === 0) return
  if (task.status !== 'PENDING' && task.status !== 'READY' && task.status !== 'BLOCKED') {
    putTask(fold, { ...task, reason: note(task, `came too late: needs ${fresh.join(', ')}`) })
    // Those behind one that failed repeat its reason.
    push(fold, nodeOf(index.graph, id).dependents)
    return
  }
  const circular = fresh.filter((need) => waitsFor(index.graph, need, id))
  const added = fresh.filter((need) => !circular.includes(need))
  const reason =
    circular.length === 0
      ? task.reason
      : note(task, `not added, it would make a cycle: needs ${circular.join(', ')}`)
  const next = {
    ...task,
    reason,
    addedNeeds: [...task.addedNeeds, ...added],
    spec: { ...task.spec, needs: [...task.spec.needs, ...added] },
  }
  // Those behind one that is blocked repeat its reason.
  if (circular.length > 0) push(fold, nodeOf(index.graph, id).dependents)
  if (added.length === 0) return putTask(fold, next)
  if (state.layout?.waves.barrier === true || index.focus !== null) {
    state.tasks.set(id, next)
    fold.index = rebuildIndex(state)
    push(fold, fold.index.graph.nodes.keys())
    return
  }
  const node = nodeOf(index.graph, id)
  putTask(fold, next)
  for (const need of added) addNeed(index.graph, node, need)
  lengthen(fold, node)
  push(fold, [id])
}

function note(task: TaskRecord, text: string): string {
  return task.reason === null ? text : `${task.reason}; ${text}`
}

function cancel(fold: Fold, task: TaskRecord, by: Principal): void {
  const reason = `cancelled by ${namePrincipal(by)}`
  if (task.status === 'IN_PROGRESS') {
    putTask(fold, { ...task, cancelRequested: task.cancelRequested ?? reason })
    return
  }
  if (task.status !== 'PENDING' && task.status !== 'READY' && task.status !== 'BLOCKED') return
  putTask(fold, { ...task, status: 'CANCELLED', reason, stuck: false, notBefore: null, endedAt: fold.at })
  push(fold, nodeOf(fold.index.graph, task.spec.id).dependents)
}

/** What needs it waits for something that does not exist, as after an edit of the layout. */
function remove(fold: Fold, task: TaskRecord): void {
  const { state } = fold
  if (!isForgettable(task)) return
  state.tasks.delete(task.spec.id)
  state.human.delete(task.spec.id)
  fold.index = rebuildIndex(state)
  push(fold, fold.index.graph.nodes.keys())
}

/** Nothing is known of it but what was asked for. */
export function isForgettable({ attempts, status }: TaskRecord): boolean {
  return attempts.length === 0 && status !== 'IN_PROGRESS' && status !== 'COMPLETED'
}

/** A running attempt ends first, as one that reported itself blocked. */
function block(fold: Fold, task: TaskRecord, said: BlockRecord): void {
  if (task.status === 'IN_PROGRESS') return putTask(fold, { ...task, block: said })
  if (task.status !== 'PENDING' && task.status !== 'READY' && task.status !== 'BLOCKED') return
  const reason = sayBlocked(said)
  putTask(fold, {
    ...task,
    status: 'BLOCKED',
    stuck: true,
    reason,
    block: said,
    readyAt: null,
    endedAt: fold.at,
  })
  push(fold, nodeOf(fold.index.graph, task.spec.id).dependents)
}

/** What an attempt reported is freed, too; a task that only waits for others stays where it is. */
function unblock(fold: Fold, task: TaskRecord): void {
  if (task.status === 'BLOCKED' && task.stuck) return retry(fold, task)
  if (task.status === 'IN_PROGRESS' && task.block !== null) putTask(fold, { ...task, block: null })
}

function retry(fold: Fold, task: TaskRecord): void {
  const ended = task.status === 'FAILED' || task.status === 'BLOCKED' || task.status === 'CANCELLED'
  if (!ended || task.spec.disabled || task.removed) return
  putTask(fold, {
    ...task,
    status: 'PENDING',
    reason: null,
    budgetFrom: task.attempts.length,
    onFallback: false,
    stuck: false,
    block: null,
    cancelRequested: null,
    alreadyDone: 'unchecked',
    notBefore: null,
    endedAt: null,
  })
  push(fold, [task.spec.id])
}

function alreadyDone(fold: Fold, task: TaskRecord, done: boolean, output: string): void {
  if (task.status !== 'READY' || task.alreadyDone !== 'unchecked' || task.spec.whenAlreadyDone === null)
    return
  if (!done) return putTask(fold, { ...task, alreadyDone: 'no' })
  const said = output.trim().slice(0, 200)
  const reason = said === '' ? 'was already done' : `was already done: ${said}`
  putTask(fold, { ...task, alreadyDone: 'yes', status: 'COMPLETED', reason, endedAt: fold.at })
}
