/** Writing records during one step of `reduce`: each write keeps the index in step and notes who must be looked at again. */
import { gateRevision } from '../../gates/revision.js'
import { NEVER_ASKED, waitsFor } from '../../reports/human-record.js'
import { hasCommands } from '../../gates/criteria.js'
import { askedId, type AgentId } from '../../ids.js'
import type { RunEvent } from '../events.js'
import type { Millis } from '../../time.js'
import { nodeOf, setOutcome, type GraphNode } from '../index/index-graph.js'
import { availability, isHopeless, whyHopeless } from '../index/index-pools.js'
import {
  countAttempt,
  gateOutcome,
  indexOf,
  listGate,
  listTask,
  passedOn,
  poolOf,
  taskOutcome,
  uncountAttempt,
  unlistGate,
  unlistTask,
  type RunIndex,
} from '../index/index-run.js'
import { unneededNeed, whetherNeeded } from '../index/on-failure.js'
import { rootOf, whyBroken } from '../index/root-cause.js'
import type { AgentRecord, AttemptRecord, GateRecord, RunState, TaskRecord } from '../state.js'
import { reopenRun } from './run-list.js'

export interface Fold {
  readonly state: RunState
  index: RunIndex
  readonly at: Millis
  readonly todo: string[]
  /**
   * The event is a person's wish that work goes on, or the daemon's own need of it: a run that has ended goes on for it.
   * What an edit or `submit` adds waits for `run`.
   */
  readonly reopens: boolean
}

export function openFold(state: RunState, event: RunEvent): Fold {
  return { state, index: indexOf(state), at: event.at, todo: [], reopens: isWish(event, state) }
}

function isWish(event: RunEvent, { tasks }: RunState): boolean {
  switch (event.type) {
    case 'execution.asked':
    case 'task.retry_requested':
    case 'task.again_requested':
    case 'task.unblocked':
    case 'gate.answered':
    // Journals of before: a run that had ended went on after an edit.
    case 'attempt.started':
      return true
    case 'agent.restart_requested':
      return event.by.kind !== 'daemon'
    case 'task.submitted':
      // A run in which nothing was to be done waits for its first task.
      return event.by.kind === 'daemon' || tasks.size === 0
    default:
      return false
  }
}

export function putTask(fold: Fold, next: TaskRecord): void {
  const { state, index } = fold
  const id = next.spec.id
  const before = state.tasks.get(id)
  if (before !== undefined) unlistTask(state, index, before)
  state.tasks.set(id, next)
  listTask(state, index, next)
  const node = nodeOf(index.graph, id)
  if (next.status !== 'BLOCKED') node.root = null
  // Only a person frees it.
  const asks = next.status === 'BLOCKED' && next.stuck
  noteHuman(fold, id, asks ? `blocked ${next.block?.at ?? next.attempts.length}` : null, 'blocked')
  push(fold, setOutcome(index.graph, node, taskOutcome(next)))
  // More work: what was finished is not.
  if (fold.reopens && state.phase === 'finished' && taskOutcome(next) === 'open') {
    state.phase = 'running'
    state.finishedAt = null
    reopenRun(state)
  }
}

export function putGate(fold: Fold, next: GateRecord): void {
  const { state, index } = fold
  const before = state.gates.get(next.spec.id)
  if (before !== undefined) unlistGate(index, before)
  state.gates.set(next.spec.id, next)
  noteHuman(fold, next.spec.id, next.status === 'waiting' ? (gateRevision(next) ?? '') : null)
  listGate(index, next)
  const node = nodeOf(index.graph, next.spec.id)
  push(fold, setOutcome(index.graph, node, gateOutcome(next, node.broken)))
}

export function putAttempt(fold: Fold, next: AttemptRecord): void {
  if (next.phase === 'ended') noteHuman(fold, next.task, null, 'asks')
  fold.state.attempts.set(next.id, next)
  if (next.phase === 'ended') uncountAttempt(fold.index, next.id, next.machine)
  else countAttempt(fold.index, next.id, next.machine)
}

export function putAgent(fold: Fold, next: AgentRecord): void {
  const { state } = fold
  const before = state.agents.get(next.spec.id)
  noteAgent(fold, next)
  const was = before === undefined ? undefined : availability(state, before)
  state.agents.set(next.spec.id, next)
  const is = availability(state, next)
  if (before !== undefined && (was === 'never') !== (is === 'never')) refreshPools(fold, next.spec.id)
}

/** `prefix`: only a question of this kind ends with null; another one stands. */
function noteHuman({ state, at }: Fold, id: string, question: string | null, prefix = ''): void {
  const before = state.human.get(id)
  if (before === undefined && question === null) return
  if (question === null && before?.question?.startsWith(prefix) === false) return
  state.human.set(id, waitsFor(before ?? NEVER_ASKED, question, at))
}

/** A person is asked by the agent that works on the task. */
function noteAgent(fold: Fold, { attempt, observation: seen }: AgentRecord): void {
  const task = attempt === null ? undefined : fold.state.attempts.get(attempt)?.task
  if (task === undefined) return
  const isAsking = seen?.state === 'waiting'
  noteHuman(fold, task, isAsking ? `asks ${seen.promptId ?? seen.text ?? ''}` : null, 'asks')
}

/** After an agent became possible or impossible: tasks that only it could do follow. */
function refreshPools(fold: Fold, agent: AgentId): void {
  for (const pool of fold.index.pools.values()) {
    const isIn = pool.primarySet.has(agent) || pool.fallbacks.includes(agent) || pool.standIns.includes(agent)
    if (!isIn) continue
    const hopeless = isHopeless(fold.state, pool)
    if (hopeless === pool.hopeless) continue
    pool.hopeless = hopeless
    push(fold, pool.members)
  }
}

export function push(fold: Fold, ids: Iterable<string>): void {
  for (const id of ids) fold.todo.push(id)
}

/** Looks again at all that was noted, until nothing changes any more. Ends every step of `reduce`. */
export function settle(fold: Fold): void {
  for (let at = 0; at < fold.todo.length; at += 1) {
    const id = fold.todo[at]!
    const node = nodeOf(fold.index.graph, id)
    const task = fold.state.tasks.get(askedId(id))
    const gate = fold.state.gates.get(askedId(id))
    if (task !== undefined) settleTask(fold, task, node)
    else if (gate !== undefined) settleGate(fold, gate, node)
    else if (node.kind === 'wave' || node.kind === 'phase') {
      const before = node.root
      node.root = node.broken > 0 ? rootOf(fold.state, fold.index.graph, node) : null
      push(fold, setOutcome(fold.index.graph, node, passedOn(node)))
      // Those behind it repeat the cause.
      if (node.root !== before) push(fold, node.dependents)
    }
  }
  fold.todo.length = 0
}

function settleTask(fold: Fold, task: TaskRecord, node: GraphNode): void {
  if (isRescueOver(task) && whetherNeeded(fold.state, fold.index.graph, node) === 'waits') {
    // What it answered is tried again: it may be needed once more.
    const next = {
      status: 'PENDING',
      reason: null,
      readyAt: null,
      endedAt: null,
      budgetFrom: task.attempts.length,
    }
    return putTask(fold, { ...task, ...next, status: 'PENDING' })
  }
  const isWaiting = task.status === 'PENDING' || task.status === 'READY' || task.status === 'BLOCKED'
  if ((!isWaiting && !task.notNeeded) || task.spec.disabled || task.removed) return
  if (task.status === 'BLOCKED' && task.stuck) return
  if (task.spec.when === 'on_failure') {
    const rescue = whetherNeeded(fold.state, fold.index.graph, node)
    if (rescue === 'unneeded')
      return leaveOut(fold, task, 'not needed: nothing that it looks after has failed')
    if (rescue !== 'blocked') return goOn(fold, task, node, rescue === 'waits')
  }
  if (node.broken > 0) {
    node.root = rootOf(fold.state, fold.index.graph, node)
    block(fold, task, whyBroken(fold.state, fold.index.graph, node))
    return
  }
  const without = unneededNeed(fold.state, node)
  if (node.unmet === 0 && without !== undefined)
    return leaveOut(fold, task, `not needed, because ${without} was not`)
  goOn(fold, task, node, node.unmet > 0)
}

function isRescueOver({ spec, status, removed }: TaskRecord): boolean {
  return spec.when === 'on_failure' && (status === 'COMPLETED' || status === 'FAILED') && !removed
}

function goOn(fold: Fold, task: TaskRecord, node: GraphNode, waits: boolean): void {
  node.root = null
  const pool = task.spec.kind === 'prompt' ? poolOf(fold.state, fold.index, task) : undefined
  if (!waits && pool?.hopeless === true) {
    block(fold, task, whyHopeless(fold.state, task, pool))
    return
  }
  const status = waits ? 'PENDING' : 'READY'
  if (task.status === status) return
  const readyAt = status === 'READY' ? fold.at : null
  const reason = task.status === 'BLOCKED' || task.notNeeded ? null : task.reason
  putTask(fold, { ...task, status, reason, readyAt, endedAt: null, notNeeded: false })
}

/** Nothing has failed that it was there for. */
function leaveOut(fold: Fold, task: TaskRecord, reason: string): void {
  nodeOf(fold.index.graph, task.spec.id).root = null
  if (task.notNeeded && task.reason === reason) return
  putTask(fold, { ...task, status: 'CANCELLED', reason, notNeeded: true, readyAt: null, endedAt: fold.at })
}

function block(fold: Fold, task: TaskRecord, reason: string): void {
  if (task.status === 'BLOCKED' && task.reason === reason) return
  putTask(fold, { ...task, status: 'BLOCKED', notNeeded: false, reason, readyAt: null, endedAt: fold.at })
  // Those behind it repeat the cause, so they must hear of another one too.
  push(fold, nodeOf(fold.index.graph, task.spec.id).dependents)
}

function settleGate(fold: Fold, gate: GateRecord, node: GraphNode): void {
  if (gate.status === 'open' || gate.status === 'failed') return
  node.root = node.broken > 0 ? rootOf(fold.state, fold.index.graph, node) : null
  if (node.unmet > 0) {
    const reason = node.broken > 0 ? whyBroken(fold.state, fold.index.graph, node) : null
    if (gate.status === 'closed' && gate.reason === reason) {
      push(fold, setOutcome(fold.index.graph, node, gateOutcome(gate, node.broken)))
      return
    }
    // What was asked is asked anew when it comes to that again.
    putGate(fold, { ...gate, status: 'closed', reason, since: fold.at, askedAt: null, approvals: [] })
    push(fold, node.dependents)
    return
  }
  if (gate.status !== 'closed') return
  const asks = gate.spec.approve === 'human'
  const status = hasCommands(gate.spec) ? 'checking' : asks ? 'waiting' : 'open'
  const askedAt = status === 'waiting' ? fold.at : null
  putGate(fold, { ...gate, status, reason: null, since: fold.at, askedAt })
}
