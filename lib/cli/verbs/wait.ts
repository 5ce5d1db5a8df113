import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { AgentRow, StatusDocument } from '../../core/protocol/status.js'
import { TASK_LOOK } from '../../core/view/glyphs.js'
import { AGENT_STATES, TASK_STATUSES } from '../../core/words.js'
import { durationOption } from '../duration-option.js'
import { followDaemon } from '../follow-daemon.js'
import type { Verb } from '../verb.js'
import { need, text } from '../verb-arguments.js'

const ANSWER_MS = 3000
const FINAL = new Set(['COMPLETED', 'FAILED', 'CANCELLED'])

export const wait: Verb = {
  name: 'wait',
  permission: 'status:read',
  describe: 'block until an agent or a task is in a state',
  positionals: [need('id', 'an agent or a task')],
  options: {
    for: text('the state, or several: idle,exited'),
    timeout: text('how long (default: for ever)'),
  },
  example: 'orchestra wait Task-2 --for COMPLETED --timeout 5m',
  run: async (c) => {
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
    let last: string | undefined
    let isLate = false
    let timer: NodeJS.Timeout | undefined
    const late = () => {
      // Also with `--timeout 0s` it is looked once; a daemon that stands still is not waited for.
      if (isLate || last !== undefined) return stop.abort()
      isLate = true
      timer = setTimeout(late, ANSWER_MS)
    }
    if (timeout !== undefined) timer = setTimeout(late, timeout)
    let reached = false
    const status = (doc: StatusDocument) => {
      last = stateOf(doc, id)
      if (last === undefined) throw nobody(doc, id)
      const agent = doc.agents.find((a) => a.id === id)
      const own = agent !== undefined ? AGENT_STATES : TASK_STATUSES
      if (!wanted.some((word) => includes(own, word))) throw neverComes(id, wanted, own)
      if (agent?.never_idle === true && last !== 'idle' && wanted.every((word) => word === 'idle'))
        throw neverIdle(agent)
      reached = wanted.includes(last)
      // A task that ended otherwise will not come there by itself.
      if (reached || isLate || FINAL.has(last)) stop.abort()
    }
    await followDaemon(client, c, { want: ['status'], after: null, status }, stop.signal)
    clearTimeout(timer)
    if (c.json) c.out(`${JSON.stringify({ id, state: last ?? null, reached })}\n`)
    else c.out(last === undefined ? 'the daemon did not answer in time\n' : `${id} is ${last}\n`)
    return reached ? 0 : 1
  },
}

function includes(words: readonly string[], word: string): boolean {
  return words.includes(word)
}

/** An agent is never COMPLETED, a task never idle: without a word it would be waited for until the timeout. */
function neverComes(id: string, wanted: readonly string[], own: readonly string[]): OrchestraError {
  const kind = own === AGENT_STATES ? 'an agent' : 'a task'
  return new OrchestraError(`${id} is ${kind}, which is never ${wanted.join(' or ')}`, {
    kind: 'usage',
    hint: `One of ${own.join(', ')}.`,
  })
}

/** Without rules for a program we see only that it is silent. */
function neverIdle({ id, type }: AgentRow): OrchestraError {
  return new OrchestraError(`${id} is of type ${type}, whose program has no rules: it is never idle`, {
    kind: 'usage',
    hint: `Wait with --for quiet (alive and silent): \`${fix('agent.wait-quiet', id)}\`.`,
  })
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
    hint: `\`${fix('status.look')}\` lists them.`,
  })
}

function stateOf(doc: StatusDocument, id: string): string | undefined {
  return doc.agents.find((a) => a.id === id)?.state ?? doc.tasks.find((t) => t.id === id)?.status
}
