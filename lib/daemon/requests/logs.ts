import { safeLines } from '../../core/text/safe-lines.js'
import { agentOf } from '../kernel/agent-of.js'
import { hostOf } from '../machines/host-of.js'
import type { Daemon } from '../daemon.js'
import { tailOfLog } from '../agents/host-agents.js'
import { plainText, PlainStream } from '../agents/plain-text.js'

const MAX_BYTES = 4 * 1024 * 1024
const BYTES_PER_LINE = 400

/** The agent's output as text: escapes are interpreted away, redrawn lines collapse into their last form. */
export async function readLog(
  daemon: Daemon,
  id: string,
  query: { lines: number; since: number | null },
): Promise<string> {
  const agent = agentOf(daemon, id)
  const raw = await tailOfLog(
    hostOf(daemon.parts, agent.machine),
    agent.spec.id,
    Math.min(MAX_BYTES, Math.max(64 * 1024, query.lines * BYTES_PER_LINE)),
  )
  const text = safeLines(plainText(raw)).trimEnd()
  if (text === '') return ''
  return `${text.split('\n').slice(-query.lines).join('\n')}\n`
}

export function followLog(daemon: Daemon, id: string, listener: (text: string) => void): () => void {
  const agent = agentOf(daemon, id)
  const host = hostOf(daemon.parts, agent.machine)
  const stream = new PlainStream()
  return host.on((event) => {
    if (event.type !== 'output' && event.type !== 'gap') return
    const now = daemon.loop.state.agents.get(agent.spec.id)
    if (now?.process.status !== 'alive') return
    if (host.paneOf(now.spec.id, now.generation, now.process.pane) !== event.pane) return
    if (event.type === 'gap') return listener('[it prints faster than is shown here]\n')
    const text = stream.push(event.data)
    if (text !== '') listener(safeLines(text))
  })
}
