import { agentDefinition } from '../../agents/registry.js'
import type { AgentId } from '../../core/ids.js'
import type { DaemonContext } from '../context.js'

/** From now on its screen is looked at and its mirror shows it. Called whenever it is known to live. */
export function watchAgent(id: AgentId, context: DaemonContext): void {
  const agent = context.loop.state.agents.get(id)
  const host = agent === undefined ? undefined : context.hosts.get(agent.machine)
  if (agent === undefined || host === undefined || !host.isReady || agent.process.status !== 'alive') return
  const { pane, since } = agent.process
  context.observer.watch({
    agent: id,
    generation: agent.generation,
    host,
    pane,
    definition: agentDefinition(agent.spec.behaviour),
    startedAt: since,
    known: agent.observation,
    stallMs: agent.spec.stallMs ?? null,
  })
  const attempt = agent.attempt === null ? undefined : context.loop.state.attempts.get(agent.attempt)
  context.observer.expect(id, attempt === undefined || attempt.phase === 'ended' ? null : attempt.nonce)
  context.view.agentAt(id, host, pane)
}
