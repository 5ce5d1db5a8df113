import { agentDefinition } from '../../agents/registry.js'
import type { AgentId } from '../../core/ids.js'
import { runningSpec } from '../../core/run/running-spec.js'
import type { DaemonContext } from '../context.js'
import { versionKey } from '../perform/start-agent.js'

/** Of the program that runs as that agent, as it said itself; null: nobody asked, or it did not say. */
export function versionOfAgent(id: AgentId, { loop, hosts, versions }: DaemonContext): string | null {
  const agent = loop.state.agents.get(id)
  const host = agent === undefined ? undefined : hosts.get(agent.machine)
  if (agent === undefined || host === undefined) return null
  const spec = runningSpec(agent)
  const program = spec.command[0] ?? agentDefinition(spec.behaviour).command[0] ?? ''
  return versions.get(versionKey(host, program)) || null
}
