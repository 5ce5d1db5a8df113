import type { AgentId } from '../../core/ids.js'
import type { AgentSpec } from '../../core/layout/model.js'
import type { AgentRecord } from '../../core/run/state.js'
import type { DaemonContext } from '../context.js'
import { knownVersion } from './cli-versions.js'

/** Of the CLI that an agent runs or ran last, as it said when it was asked; null: nobody has asked yet, or it has none. */
export function versionOfAgent(id: AgentId, context: DaemonContext): string | null {
  const agent = context.loop.state.agents.get(id)
  const host = agent === undefined ? undefined : context.hosts.get(agent.machine)
  return agent === undefined || host === undefined ? null : knownVersion(lastStartOf(agent), host, context)
}

/** As its last start was, with the directory that it was given; of one that never started, as in the layout. */
export function lastStartOf({ startedAs, spec }: AgentRecord): AgentSpec {
  return startedAs ?? spec
}
