import type { AgentId } from '../core/ids.js'
import { DEGRADED_TOLD_MS } from '../core/run/rows/attention.js'
import type { RunEvent } from '../core/run/events.js'
import type { AgentPolicies } from './agents/agent-policies.js'
import { lookAtSeat } from './observe/look-at-seat.js'
import { watchAgent } from './observe/watch-agent.js'
import type { DaemonContext } from './context.js'

export interface Followers {
  readonly policies: AgentPolicies
  /** The agent has stopped working. */
  readonly atRest: (agent: AgentId) => void
  /** What \`status\` shows is another than before. */
  readonly changed: () => void
}

/** What the daemon's parts do because of an event, besides deciding. */
export function followEvent(
  event: RunEvent,
  context: DaemonContext,
  { policies, atRest, changed }: Followers,
): void {
  const { loop, observer, outbox, view } = context
  const left = (agent: AgentId, reason: string) => {
    observer.unwatch(agent)
    view.agentAway(agent, `${agent} exited: ${reason}`)
  }
  switch (event.type) {
    case 'agent.started':
      watchAgent(event.agent, context)
      outbox.resume(event.agent)
      break
    case 'agent.observed':
      policies.observed(event.agent, event.observation)
      if (event.observation.state === 'idle') atRest(event.agent)
      break
    case 'agent.exited':
      left(event.agent, event.reason)
      break
    case 'attempt.running':
    case 'attempt.proved':
    case 'attempt.ended':
    case 'attempt.verified': {
      const agent = loop.state.attempts.get(event.attempt)?.agent
      if (agent == null) break
      // Not from within the listener of another event.
      setImmediate(() => lookAtSeat(agent, context))
      if (event.type === 'attempt.ended' || event.type === 'attempt.verified') observer.expect(agent, null)
      break
    }
    case 'machine.changed':
      // By then it counts as something that needs a person.
      if (event.state === 'degraded') setTimeout(changed, DEGRADED_TOLD_MS + 100).unref()
      break
    case 'machine.reset':
      for (const { spec, machine, process } of loop.state.agents.values())
        if (machine === event.machine && process.status === 'exited') left(spec.id, process.reason)
      break
    default:
  }
}
