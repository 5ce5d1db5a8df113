import { countedMs } from '../run/index/attempt-clock.js'
import type { RunState, TaskRecord } from '../run/state.js'
import type { Millis } from '../time.js'

/**
 * What is left of one task when its whole takes `wholeMs`: what its own progress says of an attempt that runs, else what is
 * left of the whole. One that is overdue gets a tenth more.
 */
export function leftOf(state: RunState, task: TaskRecord, wholeMs: Millis, now: Millis): Millis {
  const last = task.attempts.at(-1)
  const attempt = last === undefined ? undefined : state.attempts.get(last)
  if (task.status !== 'IN_PROGRESS' || attempt === undefined) return wholeMs
  if (attempt.phase === 'verifying') return 0
  const spent = Math.max(0, countedMs(attempt, now))
  if (attempt.progress !== null && attempt.progress > 0.05)
    return (spent * (1 - attempt.progress)) / attempt.progress
  return spent < wholeMs ? wholeMs - spent : wholeMs / 10
}
