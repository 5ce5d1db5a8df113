/**
 * A process that holds a view and a session of agents on one server, as a daemon does, to be killed: prints `ready` when
 * both stand. `node --import tsx view-holder.ts SOCKET DIR`, with the server's environment.
 */
import { join } from 'node:path'
import { parseAgentId, parseSessionName } from '../../lib/core/ids.js'
import { LocalLink } from '../../lib/exec/local-link.js'
import { Shell } from '../../lib/exec/shell.js'
import { AgentSession } from '../../lib/tmux/agent-session.js'
import { MIRROR_ARGV } from '../../lib/tmux/mirror-pane.js'
import { ViewSession } from '../../lib/tmux/view-session.js'
import type { ViewDesired } from '../../lib/tmux/protocol/view-model.js'

export const HELD_SIZE = { cols: 120, rows: 40 }
/** Two windows, one of them split: what a hook or option could reorder, rename, resize or remove. */
export const HELD_VIEW: ViewDesired = {
  windows: [
    { name: 'One', panes: ['A'] },
    { name: 'Two', panes: ['B', 'C'] },
  ].map(({ name, panes }) => ({
    name,
    layout: 'even-horizontal',
    focus: false,
    panes: panes.map((agent) => ({
      slot: `${name}/agent:${agent}`,
      argv: MIRROR_ARGV,
      cwd: null,
      env: {},
      agent: parseAgentId(agent) ?? null,
      label: agent,
      size: null,
      focus: false,
    })),
  })),
  monitorWindow: null,
  mainWindow: 'One',
}

export function heldOptions(link: LocalLink, socket: string, dir: string) {
  return {
    link,
    address: { tmux: 'tmux', socket },
    session: 'view',
    storeId: 'st1',
    configPath: join(dir, 'view.conf'),
    keys: 'own' as const,
    home: dir,
  }
}

export function heldAgents(link: LocalLink, socket: string, dir: string): AgentSession {
  const session = parseSessionName('held')
  if (session === undefined) throw new Error('not a name')
  return new AgentSession({
    link,
    shell: new Shell(link),
    tmux: 'tmux',
    socket,
    session,
    storeId: 'st1',
    generation: '1',
    dir: join(dir, 'host'),
  })
}

async function main(socket: string, dir: string): Promise<void> {
  const link = new LocalLink()
  link.start()
  const view = await ViewSession.open(heldOptions(link, socket, dir), HELD_SIZE, HELD_VIEW)
  await view.reconcile(HELD_VIEW)
  const agent = parseAgentId('A')
  if (agent === undefined) throw new Error('not an id')
  const agents = heldAgents(link, socket, dir)
  await agents.ensure()
  await agents.startWindow({ agent, generation: '1', argv: ['sleep', '2147483647'] })
  console.log('ready')
}

const [socket, dir] = process.argv.slice(2)
if (process.argv[1]?.endsWith('view-holder.ts') === true && socket !== undefined && dir !== undefined)
  await main(socket, dir)
