/** Where an agent can be written to now, or why there is nobody. */
import { agentDefinition } from '../../agents/registry.js'
import type { AgentId } from '../../core/ids.js'
import { hostOf, type DaemonContext } from '../context.js'
import type { DeliveryTarget } from './deliverer.js'

export function deliveryTarget(id: AgentId, context: DaemonContext): DeliveryTarget | string {
  const agent = context.loop.state.agents.get(id)
  if (agent === undefined) return `there is no agent ${id}`
  if (agent.process.status !== 'alive') return `${id} is not running`
  if (agent.mode === 'headless') return `${id} is headless: it takes tasks, no messages`
  const host = hostOf(context, agent.machine)
  if (!host.isReady) return `${agent.machine} cannot be reached now`
  return { agent: id, host, pane: agent.process.pane, definition: agentDefinition(agent.spec.behaviour) }
}
