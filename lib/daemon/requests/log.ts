import { safeLines } from '../../core/text/safe-lines.js'
import { plainText } from '../agents/plain-text.js'
import { agentOf } from '../kernel/agent-of.js'
import type { Reading } from '../kernel/reading.js'
import { numberOf, sinceOf } from './query.js'
import { readingRequest } from './request.js'

const MAX_BYTES = 4 * 1024 * 1024
const BYTES_PER_LINE = 400

/** `lines`: so many of the last; `since`: only what was printed then and later. */
export const log = readingRequest({
  method: 'GET',
  path: '/v1/agents/:id/log',
  permission: 'logs:read',
  about: 'agent',
  handle: async (run, { params: { id = '' }, query }) => ({
    text: await readLog(run, id, Math.min(numberOf(query, 'lines', 200), 100_000), sinceOf(query)),
  }),
})

/** The agent's output as text: escapes are interpreted away, redrawn lines collapse into their last form. */
async function readLog(run: Reading, id: string, lines: number, since: number | null): Promise<string> {
  const agent = agentOf(run, id)
  const bytes = Math.min(MAX_BYTES, Math.max(64 * 1024, lines * BYTES_PER_LINE))
  const raw = await run.parts.outputs.agentLog(agent, { bytes, since })
  const text = safeLines(plainText(raw)).trimEnd()
  if (text === '') return ''
  return `${text.split('\n').slice(-lines).join('\n')}\n`
}
