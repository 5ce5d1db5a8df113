import { safeLines } from '../../core/text/safe-lines.js'
import { PlainStream } from '../agents/plain-text.js'
import { agentOf } from '../kernel/agent-of.js'
import { hostOf } from '../machines/host-of.js'
import type { Daemon } from '../daemon.js'
import { streamRequest } from './request.js'

export const logStream = streamRequest({
  method: 'GET',
  path: '/v1/agents/:id/log/stream',
  permission: 'logs:read',
  about: 'agent',
  stream: (daemon, { params: { id = '' } }, out) =>
    out.follow('log', (listener) => followLog(daemon, id, (text) => listener({ text }))),
})

function followLog(daemon: Daemon, id: string, listener: (text: string) => void): () => void {
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
