/** The tmux servers of a machine's agents, and words for one that does not answer. */
import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import type { MachineId, SessionName } from '../../core/ids.js'
import type { Shell } from '../../exec/shell.js'
import { AgentServers } from '../../tmux/agent-servers.js'
import { aloneOnServer } from '../../tmux/alone-on-server.js'
import type { HostOptions } from './host-options.js'

export function agentServers(
  { machine, link, storeId, daemonGeneration, socket, oldSocket }: HostOptions,
  session: SessionName,
  place: { readonly shell: Shell; readonly tmux: string; readonly dir: string },
): AgentServers {
  return new AgentServers({
    ...place,
    link,
    socket,
    oldSocket,
    // On a machine elsewhere we cannot queue with others, and do one thing after the other anyway.
    alone: (server, work) => (machine.kind === 'local' ? aloneOnServer(server, work) : work()),
    session,
    storeId,
    generation: String(daemonGeneration),
  })
}

/** A deadline alone would not tell what it is that does not answer. */
export function tmuxHangs(error: unknown, machine: MachineId, socket: string): unknown {
  if (!(error instanceof OrchestraError) || error.details['reason'] !== 'deadline') return error
  return new OrchestraError(`tmux on ${machine} does not answer: ${error.message}`, {
    kind: error.kind,
    cause: error,
    details: error.details,
    hint: `Look there: \`${fix('tmux.list', socket)}\`. A tmux that hangs has to be mended by hand; nothing was ended.`,
  })
}
