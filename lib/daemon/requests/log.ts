import { safeLines } from '../../core/text/safe-lines.js'
import { agentOf } from '../kernel/agent-of.js'
import { hostOf } from '../machines/host-of.js'
import type { Daemon } from '../daemon.js'
import { numberOf } from './query.js'
import { request } from './request.js'
import { tailOfLog } from '../agents/host-agents.js'
import { plainText } from '../agents/plain-text.js'

const MAX_BYTES = 4 * 1024 * 1024
const BYTES_PER_LINE = 400

export const log = request({
  method: 'GET',
  path: '/v1/agents/:id/log',
  permission: 'logs:read',
  about: 'agent',
  handle: async (daemon, { params: { id = '' }, query }) => ({
    text: await readLog(daemon, id, Math.min(numberOf(query, 'lines', 200), 100_000)),
  }),
})

/** The agent's output as text: escapes are interpreted away, redrawn lines collapse into their last form. */
async function readLog(daemon: Daemon, id: string, lines: number): Promise<string> {
  const agent = agentOf(daemon, id)
  const raw = await tailOfLog(
    hostOf(daemon.parts, agent.machine),
    agent.spec.id,
    Math.min(MAX_BYTES, Math.max(64 * 1024, lines * BYTES_PER_LINE)),
  )
  const text = safeLines(plainText(raw)).trimEnd()
  if (text === '') return ''
  return `${text.split('\n').slice(-lines).join('\n')}\n`
}
