import { agentDefinition } from '../../agents/registry.js'
import type { Action } from '../../core/run/actions.js'
import { hostOf, type DaemonContext } from '../context.js'

/** Interrupts the agent's turn (it lives on), or ends the job; then the attempt is over. */
export async function stopAttempt(
  action: Extract<Action, { type: 'attempt.stop' }>,
  context: DaemonContext,
): Promise<void> {
  const { loop, clock, observer } = context
  const attempt = loop.state.attempts.get(action.attempt)
  if (attempt === undefined || attempt.phase === 'ended') return
  const host = hostOf(context, attempt.machine)
  const agent = attempt.agent === null ? undefined : loop.state.agents.get(attempt.agent)
  if (attempt.agent === null) {
    await host.killJob(`${attempt.id}.run`)
  } else if (agent?.process.status === 'alive' && agent.generation === attempt.generation) {
    const seen = await observer.lookNow(attempt.agent)
    // A key that interrupts a turn does other things to an idle agent (it can end one): only while it works.
    if (seen?.look.state === 'working') {
      const { interrupt, interruptPauseMs } = agentDefinition(agent.spec.behaviour).delivery
      for (const key of interrupt) {
        await host.keys(agent.process.pane, [key])
        await new Promise((resolve) => setTimeout(resolve, interruptPauseMs))
      }
    }
    observer.expect(attempt.agent, null)
  }
  const screen = attempt.agent === null ? null : (observer.lastCapture(attempt.agent)?.text ?? null)
  loop.dispatch({
    type: 'attempt.ended',
    at: clock.now(),
    attempt: attempt.id,
    status: action.status,
    reason: action.why,
    screen: screen === null ? null : screen.trimEnd().slice(-4000),
  })
}
