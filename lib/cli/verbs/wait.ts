import { OrchestraError } from '../../core/errors.js'
import type { StatusDocument } from '../../core/protocol/status.js'
import { AGENT_STATES, TASK_STATUSES } from '../../core/words.js'
import { durationOption } from '../duration-option.js'
import type { Verb } from '../verb.js'

const FINAL = new Set(['COMPLETED', 'FAILED', 'CANCELLED'])

export const run: Verb = async (c) => {
  const id = c.positionals[0] ?? ''
  const wanted = (c.option('for') ?? '').split(',').filter((w) => w !== '')
  const known = new Set<string>([...AGENT_STATES, ...TASK_STATUSES])
  const unknown = wanted.find((w) => !known.has(w))
  if (wanted.length === 0 || unknown !== undefined) {
    throw new OrchestraError(
      unknown === undefined ? 'wait needs --for STATE' : `--for ${unknown}: no such state`,
      {
        kind: 'usage',
        hint: `Agents: ${AGENT_STATES.join(', ')}. Tasks: ${TASK_STATUSES.join(', ')}.`,
      },
    )
  }
  const timeout = durationOption('timeout', c.option('timeout'))
  const client = await c.connect()
  const stop = new AbortController()
  const timer = timeout === undefined ? undefined : setTimeout(() => stop.abort(), timeout)
  let last: string | undefined
  let reached = false
  await client.stream(
    '/v1/stream?only=status',
    ({ data }) => {
      last = stateOf(data as StatusDocument, id)
      if (last === undefined) throw new OrchestraError(`there is no agent or task ${id}`, { kind: 'usage' })
      reached = wanted.includes(last)
      // A task that ended otherwise will not come there by itself.
      if (reached || FINAL.has(last)) stop.abort()
    },
    stop.signal,
  )
  clearTimeout(timer)
  if (c.json) c.out(`${JSON.stringify({ id, state: last ?? null, reached })}\n`)
  else c.out(`${id} is ${last ?? 'unknown'}\n`)
  return reached ? 0 : 1
}

function stateOf(doc: StatusDocument, id: string): string | undefined {
  return doc.agents.find((a) => a.id === id)?.state ?? doc.tasks.find((t) => t.id === id)?.status
}
