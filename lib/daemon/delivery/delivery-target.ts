/** Where an agent can be written to now, or why there is nobody. */
import { agentDefinition } from '../../agents/registry.js'
import type { AgentId } from '../../core/ids.js'
import type { AgentRecord, RunState } from '../../core/run/state.js'
import { runningSpec } from '../../core/run/running-spec.js'
import type { Hosts } from '../machines/host-of.js'
import type { DeliveryTarget, NoTarget } from './deliverer.js'

export function deliveryTarget(
  id: AgentId,
  { agents }: Pick<RunState, 'agents'>,
  hosts: Hosts,
): DeliveryTarget | NoTarget {
  const agent = agents.get(id)
  if (agent === undefined) return { missing: 'gone', reason: `there is no agent ${id}` }
  const { process: life, machine, generation } = agent
  if (isComing(agent)) return { missing: 'away', reason: `${id} is not started yet` }
  if (life.status !== 'alive') return { missing: 'gone', reason: `${id} is not running` }
  if (agent.mode === 'headless')
    return { missing: 'gone', reason: `${id} is headless: it takes tasks, no messages` }
  const host = hosts.get(machine)
  if (host?.isReady !== true) return { missing: 'away', reason: `${machine} cannot be reached now` }
  const definition = agentDefinition(runningSpec(agent).behaviour)
  return { agent: id, generation, host, pane: host.paneOf(id, generation, life.pane), definition }
}

/** Its next process is under way: what is said to it now is meant for that one. */
export function isComing({ wanted, mode, process: life, restartRequested, restartAt }: AgentRecord): boolean {
  if (wanted !== 'running' || mode === 'headless') return false
  if (life.status === 'alive') return restartRequested
  return life.status !== 'exited' || restartAt !== null
}
