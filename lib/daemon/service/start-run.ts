import { OrchestraError } from '../../core/errors.js'
import type { Principal } from '../../core/principal.js'
import type { Daemon } from '../daemon.js'

/** Starts what has not begun, resumes what is paused. A run that has ended stays ended: `beginAnew` is another wish. */
export function startRun({ loop, clock }: Daemon, by: Principal): void {
  const { phase } = loop.state
  if (phase === 'paused') loop.dispatch({ type: 'run.resumed', at: clock.now(), by })
  else if (phase === 'idle') loop.dispatch({ type: 'run.started', at: clock.now(), by })
}

export function beginAnew({ loop, clock }: Daemon, by: Principal): void {
  const live = [...loop.state.attempts.values()].find((attempt) => attempt.phase !== 'ended')
  if (live !== undefined) {
    throw new OrchestraError(`${live.task} is still at work`, {
      kind: 'refused',
      hint: 'Wait for the end of the run, or cancel what runs; then begin anew.',
    })
  }
  loop.dispatch({ type: 'run.reset', at: clock.now(), by })
}
