import type { Action } from '../../core/run/actions.js'
import { hostOf } from '../machines/host-of.js'
import type { AttemptNeeds } from './attempt-needs.js'
import { interruptAgent } from '../agents/interrupt-agent.js'
import { operationOf } from '../delivery/operation.js'
import { jobIsAlive } from '../jobs/host-jobs.js'
import { jobKey, placedJob, verifyKey } from '../machines/job-name.js'

/** Interrupts the agent's turn (it lives on), or ends the job; then the attempt is over. */
export async function stopAttempt(
  action: Extract<Action, { type: 'attempt.stop' }>,
  needs: AttemptNeeds,
): Promise<void> {
  const { observer } = needs
  const { loop, clock, store } = needs.kernel
  const attempt = loop.state.attempts.get(action.attempt)
  if (attempt === undefined || attempt.phase === 'ended') return
  const host = hostOf(needs, attempt.machine)
  const left: number[] = []
  if (attempt.agent === null || attempt.headless) {
    // Until it is gone: the next attempt may not work beside it.
    needs.endings.begin(attempt.id)
    left.push(...(await needs.jobs.end(host, jobKey(attempt.id))))
  } else {
    observer.expect(attempt.agent, null)
    // Typed into or about to be: whoever types sees that the attempt is over, and interrupts it then.
    const typed =
      attempt.phase === 'starting' &&
      store.facts.receipt(operationOf(attempt)) !== null &&
      needs.deliverer.queued(attempt.agent) === 0
    if (attempt.phase === 'running' || typed) await interruptAgent(attempt.agent, attempt, needs)
  }
  if (attempt.phase === 'verifying') {
    for (const key of attempt.told.task.verify.map((_, i) => verifyKey(attempt.id, i)))
      if (await jobIsAlive(placedJob(host, key))) left.push(...(await needs.jobs.end(host, key)))
  }
  const screen = attempt.agent === null ? null : (observer.lastCapture(attempt.agent)?.text ?? null)
  const said = needs.leftBehind.note(attempt.id, left)
  loop.dispatch({
    type: 'attempt.ended',
    at: clock.now(),
    attempt: attempt.id,
    status: action.status,
    reason: said === null ? action.why : `${action.why}; ${said}`,
    screen: screen === null ? null : screen.trimEnd().slice(-4000),
  })
}
