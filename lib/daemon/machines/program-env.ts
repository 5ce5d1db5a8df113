/** What every program that we start for somebody is given: agents, jobs, checks, panes, MCP servers; here and on hosts. */
import { agentDefinition } from '../../agents/registry.js'
import { inheritedEnv, localeEnv, namedEnv } from '../../core/environment/environment.js'
import type { AgentBehaviour } from '../../core/layout/agent-types.js'
import type { Host } from './host.js'

/**
 * The whole of it but what the launcher adds (terminal, TMPDIR, ORCHESTRA_*) and what the layout says.
 * @param behaviour an agent CLI's own key is added for that CLI alone
 */
export function programEnv(host: Host, behaviour?: AgentBehaviour): Record<string, string> {
  const shell = host.shellEnv
  return {
    ...inheritedEnv(shell),
    ...localeEnv(shell, host.facts?.locale ?? 'C.UTF-8'),
    ...(behaviour === undefined ? {} : namedEnv(shell, agentDefinition(behaviour).ownKeys)),
    PATH: host.path,
  }
}
