import { parseSessionName } from '../../lib/core/ids.js'
import type { AgentId } from '../../lib/core/ids.js'
import { parseAgentId } from '../../lib/core/ids.js'
import { AgentSession } from '../../lib/tmux/agent-session.js'
import type { AgentSessionEvent } from '../../lib/tmux/agent-session.js'
import type { AgentSessionOptions } from '../../lib/tmux/agent-session-options.js'
import type { TmuxSandbox } from './tmux.js'

export interface WatchedSession {
  readonly session: AgentSession
  readonly events: AgentSessionEvent[]
  /** Everything that agents' panes printed, as text. */
  readonly output: () => string
}

/** A session of agents in the sandbox, not yet ensured. */
export function agentSession(
  sandbox: TmuxSandbox,
  name = 'demo',
  more: Partial<AgentSessionOptions> = {},
): WatchedSession {
  const session = new AgentSession({
    link: sandbox.link,
    shell: sandbox.shell,
    tmux: sandbox.tmux,
    socket: sandbox.socket,
    session: parseSessionName(name) ?? never(name),
    storeId: 'S1',
    generation: '1',
    dir: `${sandbox.dir}/host-${name}`,
    ...more,
  })
  const events: AgentSessionEvent[] = []
  session.on((event) => events.push(event))
  const output = () =>
    Buffer.concat(events.flatMap((event) => (event.type === 'output' ? [event.data] : []))).toString()
  return { session, events, output }
}

export function agent(id: string): AgentId {
  return parseAgentId(id) ?? never(id)
}

function never(text: string): never {
  throw new Error(`not an id: ${text}`)
}
