import type { Millis } from '../../time.js'
import { isReachable } from './machine-reach.js'
import type { AttemptRecord, RunState } from '../state.js'

/** Starts or stops the pause of an attempt's time-out, as its machine and its agent say now. */
export function suspension(
  fold: { readonly state: RunState; readonly at: Millis },
  attempt: AttemptRecord,
): AttemptRecord {
  const { state, at } = fold
  const seen = attempt.agent === null ? null : state.agents.get(attempt.agent)?.observation
  const held = seen?.state === 'limited' || seen?.state === 'waiting'
  const suspended = held || !isReachable(state, attempt.machine)
  if (suspended === (attempt.suspendedSince !== null)) return attempt
  if (suspended) return { ...attempt, suspendedSince: at }
  const pause = Math.max(0, at - (attempt.suspendedSince ?? at))
  return { ...attempt, suspendedSince: null, suspendedMs: attempt.suspendedMs + pause }
}

/** How long it worked: the time since its start without the pauses. */
export function countedMs(attempt: AttemptRecord, now: Millis): Millis {
  const end = attempt.endedAt ?? now
  const pause = attempt.suspendedSince === null ? 0 : Math.max(0, end - attempt.suspendedSince)
  return end - attempt.startedAt - attempt.suspendedMs - pause
}
