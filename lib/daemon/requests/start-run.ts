import { OrchestraError } from '../../core/errors.js'
import type { Principal } from '../../core/principal.js'
import { indexOf } from '../../core/run/index/index-run.js'
import type { RunState } from '../../core/run/state.js'
import type { Daemon } from '../daemon.js'
import { refuseAtWork } from './retry.js'
import { taskOf } from './task-of.js'

/**
 * Starts what has not begun, resumes what is paused, goes on after the end with what was added since. A run that has
 * ended, and where nothing was added, stays ended: `beginAnew` is another wish.
 */
export function startRun({ loop, clock }: Daemon, by: Principal): void {
  const { phase } = loop.state
  if (phase === 'paused') loop.dispatch({ type: 'run.resumed', at: clock.now(), by })
  else if (phase === 'idle' || (phase === 'finished' && hasMore(loop.state)))
    loop.dispatch({ type: 'run.started', at: clock.now(), by })
}

function hasMore(state: RunState): boolean {
  const { openTasks, openGates } = indexOf(state)
  return openTasks > 0 || openGates > 0
}

export function beginAnew(daemon: Daemon, by: Principal): void {
  refuseWhileAtWork(daemon)
  daemon.loop.dispatch({ type: 'run.reset', at: daemon.clock.now(), by })
}

/** One event: a daemon that is killed here has begun the run, or has not. */
export function beginFrom(daemon: Daemon, from: string, by: Principal): void {
  const task = taskOf(daemon, from)
  refuseWhileAtWork(daemon)
  refuseAtWork(daemon.loop.state, task)
  daemon.loop.dispatch({ type: 'run.begun_from', at: daemon.clock.now(), task: task.spec.id, by })
}

function refuseWhileAtWork({ loop }: Daemon): void {
  const live = [...loop.state.attempts.values()].find((attempt) => attempt.phase !== 'ended')
  if (live === undefined) return
  throw new OrchestraError(`${live.task} is still at work`, {
    kind: 'refused',
    hint: 'Wait for the end of the run, or cancel what runs; then begin anew.',
  })
}
