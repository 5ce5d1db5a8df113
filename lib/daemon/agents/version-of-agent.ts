import type { AgentId } from '../../core/ids.js'
import { runningSpec } from '../../core/run/running-spec.js'
import type { DaemonContext } from '../context.js'
import { knownVersion } from './cli-versions.js'

/** Of the CLI that an agent runs, as it said when it was asked; null: nobody has asked yet, or it has none. */
export function versionOfAgent(id: AgentId, context: DaemonContext): string | null {
  const agent = context.loop.state.agents.get(id)
  const host = agent === undefined ? undefined : context.hosts.get(agent.machine)
  return agent === undefined || host === undefined ? null : knownVersion(runningSpec(agent), host, context)
}
