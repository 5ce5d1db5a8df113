import type { Action } from '../../core/run/actions.js'
import { hostOf, type DaemonContext } from '../context.js'
import { interruptAgent } from '../agents/interrupt-agent.js'
import { operationOf } from './start-attempt.js'
import { verifyKey } from './verify-attempt.js'
import { noteLeft } from '../jobs/left-behind.js'
import { endJob, jobIsAlive } from '../jobs/host-jobs.js'
import { jobKey } from '../machines/job-name.js'
import { stopping } from './watch-job.js'

/** Interrupts the agent's turn (it lives on), or ends the job; then the attempt is over. */
export async function stopAttempt(
  action: Extract<Action, { type: 'attempt.stop' }>,
  context: DaemonContext,
): Promise<void> {
  const { loop, clock, observer } = context
  const attempt = loop.state.attempts.get(action.attempt)
  if (attempt === undefined || attempt.phase === 'ended') return
  const host = hostOf(context, attempt.machine)
  const left: number[] = []
  if (attempt.agent === null || attempt.headless) {
    // Until it is gone: the next attempt may not work beside it.
    stopping(attempt.id, context)
    left.push(...(await endJob(host, jobKey(attempt.id))))
  } else {
    observer.expect(attempt.agent, null)
    // Typed into or about to be: whoever types sees that the attempt is over, and interrupts it then.
    const typed =
      attempt.phase === 'starting' &&
      context.store.facts.receipt(operationOf(attempt)) !== null &&
      context.deliverer.queued(attempt.agent) === 0
    if (attempt.phase === 'running' || typed) await interruptAgent(attempt.agent, attempt, context)
  }
  if (attempt.phase === 'verifying') {
    for (const key of attempt.told.task.verify.map((_, i) => verifyKey(attempt.id, i)))
      if (await jobIsAlive(host, key)) left.push(...(await endJob(host, key)))
  }
  const screen = attempt.agent === null ? null : (observer.lastCapture(attempt.agent)?.text ?? null)
  const said = noteLeft(attempt.id, left, context)
  loop.dispatch({
    type: 'attempt.ended',
    at: clock.now(),
    attempt: attempt.id,
    status: action.status,
    reason: said === null ? action.why : `${action.why}; ${said}`,
    screen: screen === null ? null : screen.trimEnd().slice(-4000),
  })
}
