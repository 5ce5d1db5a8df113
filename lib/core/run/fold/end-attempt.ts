import type { AttemptStatus } from '../../words.js'
import { afterAttempt } from './after-attempt.js'
import { coolDown } from './cool-down.js'
import { putAgent, putAttempt, type Fold } from './fold.js'
import type { AttemptRecord } from '../state.js'

export interface Ending {
  readonly status: Exclude<AttemptStatus, 'running'>
  readonly cause: string | null
  readonly reason: string | null
  readonly screen: string | null
}

/** Ends an attempt, frees its agent, and lets its task go on from there. */
export function endAttempt(fold: Fold, attempt: AttemptRecord, ending: Ending): void {
  const ended: AttemptRecord = {
    ...attempt,
    ...ending,
    phase: 'ended',
    endedAt: fold.at,
    screen: ending.screen ?? attempt.screen,
    suspendedMs:
      attempt.suspendedMs +
      (attempt.suspendedSince === null ? 0 : Math.max(0, fold.at - attempt.suspendedSince)),
    suspendedSince: null,
  }
  putAttempt(fold, ended)
  const agent = attempt.agent === null ? undefined : fold.state.agents.get(attempt.agent)
  if (agent !== undefined && agent.attempt === attempt.id) {
    const refused = ending.status === 'failed' || ending.status === 'lost'
    const undelivered = attempt.phase === 'starting' && refused && agent.process.status === 'alive'
    const free = { ...agent, attempt: null, lastUsedAt: fold.at }
    putAgent(
      fold,
      undelivered ? coolDown(free, fold.at) : ending.status === 'succeeded' ? { ...free, troubles: 0 } : free,
    )
  }
  const task = fold.state.tasks.get(attempt.task)
  if (task !== undefined && task.status === 'IN_PROGRESS') afterAttempt(fold, task, ended)
}
