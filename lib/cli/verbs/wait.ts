import { OrchestraError } from '../../core/errors.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { StatusDocument } from '../../core/protocol/status.js'
import { TASK_LOOK } from '../../core/view/glyphs.js'
import { AGENT_STATES, TASK_STATUSES } from '../../core/words.js'
import { durationOption } from '../duration-option.js'
import type { Verb } from '../verb.js'

const FINAL = new Set(['COMPLETED', 'FAILED', 'CANCELLED'])

export const run: Verb = async (c) => {
  const id = c.positionals[0] ?? ''
  const wanted = (c.option('for') ?? '')
    .split(',')
    .filter((w) => w !== '')
    .map(stateWord)
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
      if (last === undefined) throw nobody(data as StatusDocument, id)
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

/** A state in any letters, or by the word that the tables show for it: `completed`, `done`. */
export function stateWord(word: string): string {
  const small = word.toLowerCase()
  const shown = TASK_STATUSES.find((status) => TASK_LOOK[status].word === small)
  return shown ?? [...AGENT_STATES, ...TASK_STATUSES].find((state) => state.toLowerCase() === small) ?? word
}

function nobody(doc: StatusDocument, id: string): OrchestraError {
  const names = [...doc.agents, ...doc.tasks].map((row) => row.id)
  return new OrchestraError(`there is no agent or task ${id}${didYouMean(id, names)}`, {
    kind: 'usage',
    hint: '`orchestra status` lists them.',
  })
}

function stateOf(doc: StatusDocument, id: string): string | undefined {
  return doc.agents.find((a) => a.id === id)?.state ?? doc.tasks.find((t) => t.id === id)?.status
}
