import type { ApiClient } from '../../api/client.js'
import { OrchestraError } from '../../core/errors.js'
import { fix } from '../../core/fixes.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { StatusDocument } from '../../core/protocol/status.js'
import { durationOption } from '../duration-option.js'
import { isStored } from '../is-stored.js'
import { grepOption, lastLines, LogLines, prefixesOf } from '../log-lines.js'
import { readAgent, readCommands, type LogAsked } from '../log-sources.js'
import { COUNTING, wholeNumber } from '../whole-number.js'
import type { Verb, VerbContext } from '../verb.js'
import { flag, text } from '../verb-arguments.js'

export const logs: Verb = {
  name: 'logs',
  permission: 'logs:read',
  describe: 'what agents, and the commands of tasks and gates, printed, as text; of several with a prefix',
  positionals: [{ name: 'ids', required: false, variadic: true, describe: 'agents, tasks and gates' }],
  options: {
    all: flag('of all agents, and of all tasks and gates that were begun'),
    attempt: text('of a task: which attempt (default: the newest)'),
    grep: text('only lines that match this regular expression'),
    follow: flag('keep printing', 'f'),
    since: text('only what was printed in the last while: 10m'),
    lines: text('how many of the last lines (default: 200 of an agent, all of a task)', 'n'),
  },
  example: 'orchestra logs CG-1 build -f',
  run,
}

interface Source {
  readonly name: string
  readonly isAgent: boolean
  /** It may have printed something. */
  readonly hasBegun: boolean
  /** When its last attempt ended; null: it goes on, or has none. */
  readonly endedAt: number | null
}

async function run(c: VerbContext): Promise<number> {
  const grep = grepOption(c.option('grep'))
  const ago = durationOption('since', c.option('since'))
  const wanted = wholeNumber('--lines', c.option('lines'))
  const lines = wanted === undefined ? null : Number(wanted)
  const isAll = c.flag('all')
  if (c.positionals.length === 0 && !isAll) {
    throw new OrchestraError('logs needs an agent, a task or a gate, or --all', {
      kind: 'usage',
      hint: `\`${fix('agent.list')}\` and \`${fix('task.list')}\` list them.`,
    })
  }
  const client = await c.connect()
  const doc = await client.get<StatusDocument>('/v1/status')
  const all = sourcesIn(doc)
  const { sources, attempt } = isAll
    ? { sources: all.filter(({ hasBegun }) => hasBegun), attempt: null }
    : named(c, all)
  const asked: LogAsked = {
    attempt,
    lines: lines ?? (ago === undefined && grep === null ? 200 : 100_000),
    since: ago === undefined ? null : Date.now() - ago,
    follow: c.flag('follow'),
  }
  const prefixes = prefixesOf(sources.map(({ name }) => name))
  const documents: object[] = []
  const read = async (source: Source): Promise<boolean> => {
    const kept: string[] = []
    const isKept = !asked.follow && (c.json || (lines !== null && !source.isAgent))
    const show = (part: string) => {
      if (part === '') return
      if (isKept) kept.push(part)
      else c.out(c.json ? `${JSON.stringify({ [kindOf(source)]: source.name, text: part })}\n` : part)
    }
    const prefix = c.json ? null : (prefixes.get(source.name) ?? null)
    const chosen = new LogLines({ grep, prefix }, show)
    const hasStopped = await readSource(
      client,
      source,
      asked,
      c,
      (part) => chosen.push(part),
      sources.length === 1,
    )
    chosen.end()
    if (!isKept) return hasStopped
    const whole = lines === null || source.isAgent ? kept.join('') : lastLines(kept.join(''), lines)
    if (c.json)
      documents.push({
        [kindOf(source)]: source.name,
        text: whole,
        ...(isStored(doc) ? { daemon: null } : {}),
      })
    else if (whole !== '') c.out(whole)
    return hasStopped
  }
  // One after the other, so that each is in one piece; what is followed comes as it comes.
  let hasStopped = false
  if (asked.follow) hasStopped = (await Promise.all(sources.map(read))).some(Boolean)
  else for (const source of sources) await read(source)
  if (c.json && !asked.follow)
    c.out(`${JSON.stringify(sources.length === 1 && !isAll ? documents[0] : documents)}\n`)
  if (!hasStopped) return 0
  c.err('the daemon has stopped\n')
  return 3
}

/** @returns whether the daemon ended. */
async function readSource(
  client: ApiClient,
  source: Source,
  asked: LogAsked,
  c: VerbContext,
  print: (text: string) => void,
  isAlone: boolean,
): Promise<boolean> {
  const { name, isAgent, endedAt } = source
  if (isAgent) return readAgent(client, name, asked, c, print)
  // What a command printed has no times but that of its end.
  if (asked.since !== null && endedAt !== null && endedAt < asked.since) {
    if (isAlone) c.err(`${name} ended before then\n`)
    return false
  }
  const { of, agent } = await readCommands(client, name, asked, c, print)
  if (isAlone && agent !== null) c.err(`${of} was the work of ${agent}, which prints into its own log\n`)
  return false
}

const kindOf = ({ isAgent }: Source) => (isAgent ? 'agent' : 'task')

/** Agents come first: where a task has the name of an agent, the agent is meant. */
function sourcesIn({ agents, tasks, gates }: StatusDocument): readonly Source[] {
  return [
    ...agents.map(({ id }) => ({ name: id, isAgent: true, hasBegun: true, endedAt: null })),
    ...tasks.map(({ id, attempts, ended_at }) => ({
      name: id,
      isAgent: false,
      hasBegun: attempts > 0,
      endedAt: ended_at === null ? null : Date.parse(ended_at),
    })),
    ...gates.map(({ id, status }) => ({
      name: id,
      isAgent: false,
      hasBegun: status !== 'closed',
      endedAt: null,
    })),
  ]
}

/** `TASK 2` is its second attempt, too. */
function named(
  c: VerbContext,
  all: readonly Source[],
): { readonly sources: readonly Source[]; readonly attempt: number | null } {
  const known = (id: string) => all.find(({ name }) => name === id)
  const [first = '', second] = c.positionals
  const isAttempt =
    c.positionals.length === 2 && second !== undefined && /^\d+$/.test(second) && known(second) === undefined
  const number = wholeNumber('attempt', c.option('attempt') ?? (isAttempt ? second : undefined), {
    form: COUNTING,
  })
  const attempt = number === undefined ? null : Number(number)
  const names = isAttempt ? [first] : [...new Set(c.positionals)]
  const sources = names.map((id) => known(id) ?? nobody(id, all))
  if (attempt !== null && (sources.length !== 1 || sources[0]?.isAgent === true)) {
    throw new OrchestraError(
      sources.length === 1 ? `${first} is an agent: it has no attempts` : '--attempt is of one task',
      { kind: 'usage' },
    )
  }
  return { sources, attempt }
}

function nobody(id: string, all: readonly Source[]): never {
  const names = all.map(({ name }) => name)
  throw new OrchestraError(`there is no agent or task ${id}${didYouMean(id, names)}`, {
    kind: 'usage',
    hint: `\`${fix('agent.list')}\` and \`${fix('task.list')}\` list them.`,
  })
}
