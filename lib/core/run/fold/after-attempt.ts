import { formatDuration } from '../../time.js'
import { putTask, push, type Fold } from './fold.js'
import { makePool } from '../index/index-pools.js'
import { sayBlocked } from '../block-text.js'
import { retryDelayMs } from './retry-policy.js'
import type { AttemptRecord, RunState, TaskRecord } from '../state.js'

/** Lost attempts are nobody's fault and do not count, but not for ever. */
const MAX_LOST = 5

/** What becomes of a task after one of its attempts: done, tried again, given to a fallback, or given up. */
export function afterAttempt(fold: Fold, task: TaskRecord, attempt: AttemptRecord): void {
  const { at } = fold
  if (attempt.status === 'succeeded') {
    putTask(fold, { ...task, status: 'COMPLETED', reason: null, endedAt: at, cancelRequested: null })
    return
  }
  const said = `attempt ${attempt.number} ${attempt.status}: ${attempt.reason ?? 'no reason given'}`
  if (task.cancelRequested !== null) {
    const reason = attempt.reason ?? 'cancelled'
    putTask(fold, { ...task, status: 'CANCELLED', reason, endedAt: at, cancelRequested: null })
    return
  }
  if (task.spec.disabled) {
    const reason = `disabled in the layout; ${said}`
    putTask(fold, { ...task, status: 'CANCELLED', reason, endedAt: at })
    return
  }
  if (task.block !== null) {
    putTask(fold, { ...task, status: 'BLOCKED', stuck: true, reason: sayBlocked(task.block), endedAt: at })
    return
  }
  if (attempt.cause === 'blocked') {
    const reason = attempt.reason ?? 'the agent reported that it is blocked'
    putTask(fold, { ...task, status: 'BLOCKED', stuck: true, reason, endedAt: at })
    return
  }
  if (attempt.cause === 'conflict' || attempt.cause === 'escape') {
    const reason = attempt.reason ?? 'a person has to look at its tree'
    putTask(fold, { ...task, status: 'BLOCKED', stuck: true, reason, endedAt: at })
    return
  }
  if (attempt.status === 'cancelled') return again(fold, task, 0, said)

  const counts = countAttempts(fold.state, task)
  const useless = attempt.cause !== null && task.spec.retry.except.includes(attempt.cause)
  if (attempt.status === 'lost') {
    if (!useless && counts.lost <= MAX_LOST) {
      return again(fold, task, retryDelayMs(task.spec.retry, counts.lost, attempt.random), said)
    }
  } else if (!useless && !task.onFallback && counts.used < task.spec.retry.attempts) {
    return again(fold, task, retryDelayMs(task.spec.retry, counts.used, attempt.random), said)
  }
  if (!task.onFallback && task.spec.kind === 'prompt' && hasFallback(fold.state, task)) {
    const reason = `${said}; now a fallback tries`
    putTask(fold, { ...task, status: 'PENDING', onFallback: true, reason, notBefore: null })
    push(fold, [task.spec.id])
    return
  }
  putTask(fold, { ...task, status: 'FAILED', reason: said, endedAt: at })
}

function again(fold: Fold, task: TaskRecord, delayMs: number, said: string): void {
  const later = delayMs > 0 ? `; tried again after ${formatDuration(delayMs)}` : '; tried again'
  putTask(fold, {
    ...task,
    status: 'PENDING',
    reason: said + later,
    notBefore: delayMs > 0 ? fold.at + delayMs : null,
  })
  push(fold, [task.spec.id])
}

export function countAttempts(
  state: RunState,
  task: TaskRecord,
): { readonly used: number; readonly lost: number } {
  let used = 0
  let lost = 0
  for (const id of task.attempts.slice(task.budgetFrom)) {
    const status = state.attempts.get(id)?.status
    if (status === 'failed' || status === 'timed_out') used += 1
    else if (status === 'lost') lost += 1
  }
  return { used, lost }
}

function hasFallback(state: RunState, task: TaskRecord): boolean {
  const pool = makePool(state, { ...task, onFallback: true })
  return pool.primaries.length > 0 && !pool.hopeless
}
