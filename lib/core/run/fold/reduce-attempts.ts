import { attemptId } from '../../ids.js'
import { suspension } from '../index/attempt-clock.js'
import { taskContext } from '../context.js'
import { endAttempt } from './end-attempt.js'
import type { CheckResult, Proof, RunEvent } from '../events.js'
import { putAgent, putAttempt, putTask, type Fold } from './fold.js'
import type { AgentRecord, AttemptRecord, RunState, TaskRecord } from '../state.js'
import { newTree, type AttemptTree } from '../../trees/records.js'
import { startsPerAttempt, waitsForTask } from '../index/agent-tree.js'
import { isThere } from '../index/agent-state.js'
import { taskDirectory } from '../task-directory.js'

type AttemptEvent = Extract<RunEvent, { type: `attempt.${string}` }>
type Of<T extends AttemptEvent['type']> = Extract<AttemptEvent, { type: T }>

export function reduceAttempt(fold: Fold, event: AttemptEvent): void {
  if (event.type === 'attempt.started') return started(fold, event)
  const attempt = fold.state.attempts.get(event.attempt)
  if (attempt === undefined || attempt.phase === 'ended') return
  switch (event.type) {
    case 'attempt.running':
      if (attempt.phase === 'starting')
        putAttempt(fold, { ...attempt, phase: 'running', unconfirmed: event.unconfirmed || null })
      return
    case 'attempt.progressed':
      return progressed(fold, attempt, event)
    case 'attempt.proved':
      return proved(fold, attempt, event)
    case 'attempt.verified':
      return verified(fold, attempt, event)
    case 'attempt.ended':
      return ended(fold, attempt, event)
  }
}

/** The one place where an attempt comes to life: only for a READY task, the next number, and an agent that has none. */
function started(fold: Fold, event: Of<'attempt.started'>): void {
  const { state, at } = fold
  const task = state.tasks.get(event.task)
  if (task === undefined || task.status !== 'READY') return
  const number = task.attempts.length + 1
  if (event.attempt !== attemptId(event.task, number)) return
  const agent = event.agent === null ? undefined : state.agents.get(event.agent)
  if ((event.agent === null) !== (task.spec.kind === 'command')) return
  if (event.agent !== null) {
    if (agent === undefined || agent.attempt !== null) return
    // One that is started for each attempt is not there yet, and has the next generation.
    const comes = waitsForTask(agent) && !isThere(agent)
    if (!comes && agent.process.status !== 'alive') return
    if (event.generation !== null && event.generation !== agent.generation + (comes ? 1 : 0)) return
  }
  const attempt: AttemptRecord = {
    id: event.attempt,
    task: event.task,
    number,
    agent: event.agent,
    generation: event.generation,
    headless: event.headless,
    machine: event.machine,
    nonce: event.nonce,
    random: event.random,
    told: taskContext(state, event.task),
    directory: taskDirectory(state, task.spec, event.machine, agent),
    phase: 'starting',
    startedAt: at,
    endedAt: null,
    status: null,
    cause: null,
    reason: null,
    progress: null,
    text: null,
    checkpoint: null,
    proof: null,
    checks: [],
    outputs: [],
    screen: null,
    unconfirmed: null,
    suspendedMs: 0,
    suspendedSince: null,
    tree: treeFor(state, task, agent),
  }
  if (agent !== undefined) putAgent(fold, { ...agent, attempt: event.attempt, lastUsedAt: at })
  putAttempt(fold, suspension(fold, attempt))
  putTask(fold, {
    ...task,
    status: 'IN_PROGRESS',
    reason: null,
    attempts: [...task.attempts, event.attempt],
    notBefore: null,
    startedAt: task.startedAt ?? at,
    endedAt: null,
  })
}

/** The pool that its work needs a tree of: the task's own, else its agent's. */
function treeFor(state: RunState, { spec }: TaskRecord, agent: AgentRecord | undefined): AttemptTree | null {
  // An act of our own works in no tree.
  const name = spec.act === null ? (spec.tree ?? agent?.spec.tree?.pool) : undefined
  const pool = state.layout?.trees.find(({ id }) => id === name)
  if (pool === undefined) return null
  // It was started before its entry said so, and works where it was started.
  if (agent !== undefined && startsPerAttempt(agent.spec) && isThere(agent)) return null
  return newTree(pool.id, pool.repository)
}

function progressed(fold: Fold, attempt: AttemptRecord, event: Of<'attempt.progressed'>): void {
  const progress = event.progress === null ? attempt.progress : Math.min(1, Math.max(0, event.progress))
  putAttempt(fold, {
    ...attempt,
    progress,
    text: event.text ?? attempt.text,
    checkpoint: event.checkpoint ?? attempt.checkpoint,
  })
}

/** The first proof counts; `done` is believed only after the checks. */
function proved(fold: Fold, attempt: AttemptRecord, event: Of<'attempt.proved'>): void {
  if (attempt.phase === 'verifying') return
  const { proof } = event
  const next: AttemptRecord = { ...attempt, proof, text: proof.text ?? attempt.text }
  if (proof.outcome === 'done') return putAttempt(fold, { ...next, phase: 'verifying' })
  const exit = proof.exitCode === null ? null : `exit:${proof.exitCode}`
  const blocked = proof.outcome === 'blocked'
  endAttempt(fold, next, {
    status: 'failed',
    cause: blocked ? 'blocked' : (exit ?? 'reported'),
    reason: whyFailed(proof),
    screen: null,
  })
}

/** The status first: what a command printed last often says less, and may be long. */
function whyFailed({ outcome, exitCode, text }: Proof): string {
  if (exitCode === null) return text ?? `the agent reported ${outcome}`
  return `exit status ${exitCode}${text === null ? '' : `: ${text}`}`
}

function verified(fold: Fold, attempt: AttemptRecord, event: Of<'attempt.verified'>): void {
  if (attempt.phase !== 'verifying') return
  const { tree } = attempt
  const next: AttemptRecord = {
    ...attempt,
    checks: event.checks,
    outputs: event.outputs,
    tree: tree === null || event.work === null ? tree : { ...tree, ...event.work },
  }
  if (event.escapes.length > 0) {
    const reason = `it worked outside of its tree: ${event.escapes.join('; ')}`
    endAttempt(fold, next, { status: 'failed', cause: 'escape', reason, screen: null })
    return
  }
  if (event.ok) {
    const done: AttemptRecord = { ...next, progress: 1 }
    endAttempt(fold, done, { status: 'succeeded', cause: null, reason: attempt.text, screen: null })
    return
  }
  const cause = event.missingOutputs.length > 0 ? 'outputs' : 'verify'
  const reason =
    cause === 'outputs'
      ? `outputs: missing or unchanged: ${event.missingOutputs.join(', ')}`
      : `verify: ${sayFailedCheck(event.checks)}`
  endAttempt(fold, next, { status: 'failed', cause, reason, screen: null })
}

export function sayFailedCheck(checks: readonly CheckResult[]): string {
  const failed = checks.find((check) => !check.ok)
  if (failed === undefined) return 'the checks did not pass'
  return `${failed.command}: ${failed.exitCode === null ? 'did not end' : `exit status ${failed.exitCode}`}`
}

const ENDED_CAUSE = { timed_out: 'timeout', lost: 'lost', cancelled: 'cancelled', failed: 'failed' } as const

/** Without proof nothing succeeds, whatever the event says. */
function ended(fold: Fold, attempt: AttemptRecord, event: Of<'attempt.ended'>): void {
  if (event.status === 'succeeded' || event.status === 'running') return
  const cause =
    event.status === 'failed' && attempt.phase === 'starting' ? 'start' : ENDED_CAUSE[event.status]
  endAttempt(fold, attempt, { status: event.status, cause, reason: event.reason, screen: event.screen })
}
