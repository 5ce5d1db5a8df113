import type { ApiClient } from '../../api/client.js'
import { reconnect } from '../../api/reconnect.js'
import { isHanging, OrchestraError } from '../../core/errors.js'
import { fix } from '../../core/fixes.js'
import type { OutputPage } from '../../core/protocol/api.js'
import { durationOption } from '../duration-option.js'
import { linkOf } from '../follow-daemon.js'
import type { Verb, VerbContext } from '../verb.js'
import { flag, may, need, text } from '../verb-arguments.js'

const LOOK_AGAIN_MS = 500

export const logs: Verb = {
  name: 'logs',
  permission: 'logs:read',
  describe: 'what an agent, or the commands of a task or a gate, printed, as text',
  positionals: [
    need('id', 'an agent, a task or a gate'),
    may('attempt', 'of a task: which attempt (default: the newest)'),
  ],
  options: {
    attempt: text('of a task: which attempt'),
    follow: flag('keep printing', 'f'),
    since: text('only the last while: 10m'),
    lines: text('how many of the last lines (default: 200 of an agent, all of a task)', 'n'),
  },
  example: 'orchestra logs CG-1 -f',
  run,
}

async function run(c: VerbContext): Promise<number> {
  const [name = '', place] = c.positionals
  const attempt = attemptOf(c.option('attempt') ?? place)
  const id = encodeURIComponent(name)
  const since = durationOption('since', c.option('since'))
  const asked = c.option('lines')
  if (asked !== undefined && !/^\d+$/.test(asked))
    throw new OrchestraError(`--lines ${asked}: a whole number is wanted`, { kind: 'usage' })
  const client = await c.connect()
  const task = await taskOutput(client, id, attempt)
  if (task !== null) {
    if (since !== undefined)
      throw new OrchestraError('--since is for agents: what a command printed has no times', {
        kind: 'usage',
      })
    return printTask(c, task, asked === undefined ? null : Number(asked))
  }
  if (attempt !== null) throw new OrchestraError(`${name} is an agent: it has no attempts`, { kind: 'usage' })

  const lines = asked ?? (since === undefined ? '200' : '100000')
  const query = since === undefined ? '' : `&since=${Date.now() - since}`
  const { text } = await client.get<{ text: string }>(`/v1/agents/${id}/log?lines=${lines}${query}`)
  const print = (part: string) => c.out(c.json ? `${JSON.stringify({ agent: name, text: part })}\n` : part)
  print(text)
  if (!c.flag('follow')) return 0
  await followLog(client, `/v1/agents/${id}/log/stream`, c, print)
  c.err('the daemon has stopped\n')
  return 3
}

/** It has no numbers: what is printed while a link is cut is not repeated, and that is said. */
async function followLog(
  client: ApiClient,
  path: string,
  c: VerbContext,
  print: (text: string) => void,
): Promise<void> {
  const stop = new AbortController()
  const link = linkOf(c)
  let isOver = false
  let failure: unknown = null
  await reconnect(
    async (signal, heard) => {
      await client.stream(
        path,
        ({ event, data }) => {
          heard()
          if (event === 'end') isOver = true
          else print((data as { text: string }).text)
        },
        signal,
        link.back,
      )
      return isOver ? 'over' : 'cut'
    },
    {
      signal: stop.signal,
      cut: (error) => {
        if (c.host !== undefined) return link.cut(error)
        stop.abort()
        failure = isHanging(error) ? error : null
      },
    },
  )
  if (failure !== null) throw failure
}

function attemptOf(text: string | undefined): number | null {
  if (text === undefined) return null
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new OrchestraError(`attempt ${text}: a whole number is wanted`, { kind: 'usage' })
}

interface TaskOutput {
  readonly first: OutputPage
  readonly after: (from: number) => Promise<OutputPage>
}

/** null: an agent is called so. */
async function taskOutput(client: ApiClient, id: string, attempt: number | null): Promise<TaskOutput | null> {
  const path = (from: number, number: number | null) =>
    `/v1/tasks/${id}/output?from=${from}${number === null ? '' : `&attempt=${number}`}`
  try {
    const first = await client.get<OutputPage>(path(0, attempt))
    // A later attempt is another output.
    const number = /\.(\d+)$/.exec(first.of)?.[1]
    return {
      first,
      after: (from) => client.get<OutputPage>(path(from, number === undefined ? attempt : Number(number))),
    }
  } catch (error) {
    if (!(error instanceof OrchestraError) || error.kind !== 'usage') throw error
    const agents = await client.get<{ agents: readonly { id: string }[] }>('/v1/status')
    if (agents.agents.some((agent) => encodeURIComponent(agent.id) === id)) return null
    throw new OrchestraError(error.message.replace('there is no task', 'there is no agent or task'), {
      kind: 'usage',
      hint: `\`${fix('agent.list')}\` and \`${fix('task.list')}\` list them.`,
    })
  }
}

async function printTask(
  c: VerbContext,
  { first, after }: TaskOutput,
  lines: number | null,
): Promise<number> {
  const follows = c.flag('follow')
  const parts: string[] = []
  const show = (text: string) => {
    if (text !== '') c.out(c.json ? `${JSON.stringify({ task: first.of, text })}\n` : text)
  }
  const isTail = lines !== null && !follows
  let waits: string | null = null
  for (let page = first; ; page = await after(page.next)) {
    if (isTail) parts.push(page.text)
    else show(page.text)
    if (page.waits !== null && page.waits !== waits) c.err(`not readable now: ${page.waits}\n`)
    waits = page.waits
    if (page.over || (!page.more && !follows)) {
      if (isTail) show(lastLines(parts.join(''), lines))
      if (page.agent !== null)
        c.err(`${page.of} was the work of ${page.agent}, which prints into its own log\n`)
      return 0
    }
    if (!page.more) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}

function lastLines(text: string, count: number): string {
  const lines = text.replace(/\n$/, '').split('\n')
  return count === 0 ? '' : `${lines.slice(-count).join('\n')}\n`
}
