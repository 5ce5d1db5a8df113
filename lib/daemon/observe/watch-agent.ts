import { agentDefinition } from '../../agents/registry.js'
import type { AgentId } from '../../core/ids.js'
import { runningSpec } from '../../core/run/running-spec.js'
import type { DaemonContext } from '../context.js'
import { askVersion } from '../machines/cli-versions.js'
import { lookAtSeat } from './look-at-seat.js'

/** From now on its screen is looked at and its mirror shows it. Called whenever it is known to live. */
export function watchAgent(id: AgentId, context: DaemonContext): void {
  const agent = context.loop.state.agents.get(id)
  const host = agent === undefined ? undefined : context.hosts.get(agent.machine)
  if (agent === undefined || host === undefined || !host.isReady || agent.process.status !== 'alive') return
  const { since } = agent.process
  const pane = host.paneOf(id, agent.generation, agent.process.pane)
  context.observer.watch({
    agent: id,
    generation: agent.generation,
    host,
    pane,
    definition: agentDefinition(runningSpec(agent).behaviour),
    startedAt: since,
    known: agent.observation,
    stallMs: agent.spec.stallMs,
    headless: agent.mode === 'headless',
  })
  const attempt = agent.attempt === null ? undefined : context.loop.state.attempts.get(agent.attempt)
  const reads = attempt !== undefined && attempt.phase !== 'ended' && !attempt.headless
  context.observer.expect(id, reads ? attempt.nonce : null)
  if (agent.mode === 'headless') lookAtSeat(id, context)
  // A daemon that has just come adopts agents whose version nobody asked for.
  askVersion(runningSpec(agent), host, context).catch((error: unknown) =>
    context.log.debug({ err: error, agent: id }, 'its version was not asked'),
  )
  context.view.agentAt(id, host, pane)
}
