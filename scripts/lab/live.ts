/**
 * How truthfully a running orchestra knows what a real agent CLI does, with times: start, delivery, permission, report, marker,
 * rate limit, usage limit, silence. Each line of the table is one installation of the laboratory (`install.sh`):
 * `sh scripts/lab/sandbox.sh npx tsx scripts/lab/live.ts claude codex [--markdown FILE]`. Exit 1 when something is wrong.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ApiClient } from '../../lib/api/client.js'
import type { EventRow, StatusDocument } from '../../lib/core/protocol/status.js'
import { eventually } from '../../spec/support/eventually.js'
import { Orchestra } from '../../spec/support/orchestra.js'
import { labHome, labProgram, type LabType } from './home.js'
import { startStub, type Asked } from './model-stub.js'
import { turnFor, type Turn } from './stub/scenes.js'
import { isTask, readTask, workerTurn } from './stub/worker.js'

interface Limit {
  /** When the task `rate` was asked about. */
  readonly rates: number[]
  usageEnd: number
}

interface Live {
  readonly version: string
  readonly figures: Map<string, string>
  readonly problems: string[]
}

const SESSION = 'live'
const LIMIT_S = 40
const TASKS = ['report', 'plain', 'ticks', 'rate', 'usage', 'silent'] as const
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { markdown: { type: 'string' }, wrapped: { type: 'boolean', default: false } },
})
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

const all = new Map<string, Live>()
for (const install of positionals) {
  const live = await liveOf(install)
  all.set(install, live)
  console.log(`${install} ${live.version}`)
  for (const [row, figure] of live.figures) console.log(`  ${row.padEnd(34)} ${figure}`)
  for (const problem of live.problems) console.log(`  WRONG ${problem}`)
}
if (values.markdown !== undefined) writeFileSync(values.markdown, tableOf(all))
process.exit([...all.values()].some(({ problems }) => problems.length > 0) ? 1 : 0)

async function liveOf(install: string): Promise<Live> {
  const type = install.replace(/-.*/, '') as LabType
  if (!existsSync(labProgram(type, install))) throw new Error(`${install} is not installed`)
  const limit: Limit = { rates: [], usageEnd: 0 }
  const stub = await startStub({ choose: (_, prompt, results) => choose(prompt, results, limit) })
  const lab = await labHome(type, { urlFor: stub.urlFor, install })
  const own = new Set(['HOME', 'PATH', 'LANG', 'TMPDIR', 'SHELL'])
  const env = Object.fromEntries(Object.entries(lab.env).filter(([name]) => !own.has(name)))
  const orchestra = new Orchestra({ home: lab.home })
  const live: Live = { version: '?', figures: new Map(), problems: [] }
  const rows: EventRow[] = []
  const stop = new AbortController()
  const argv = values.wrapped ? ['nice', '-n', '1', ...lab.argv] : lab.argv
  const titles: Record<(typeof TASKS)[number], string> = {
    report: 'look at it',
    plain: 'report on the screen',
    ticks: 'report on the screen',
    rate: 'look at it',
    usage: 'look at it',
    silent: 'say nothing',
  }
  try {
    const layout = orchestra.write(
      'live.yaml',
      `version: 1
session: ${SESSION}
machines: { here: { kind: local } }
agents:
  A: { type: ${type}, command: ${JSON.stringify(argv)}, cwd: ${lab.cwd}, stall_after: 30s, ${type === 'opencode' ? 'auto_approve: [orchestra-report], ' : ''}env: ${JSON.stringify(env)} }
windows: [{ name: A, agent: A }]
tasks:
${TASKS.map((id, i) => `  ${id}: { title: "${titles[id]}", agent: A, prompt: "${titles[id]}", needs: [${TASKS[i - 1] ?? ''}] }`).join('\n')}
`,
    )
    await drive({ orchestra, layout, stub, limit, rows, live, signal: stop.signal })
  } catch (error) {
    live.problems.push(error instanceof Error ? error.message : String(error))
    live.problems.push((await orchestra.run(['explain', 'A'])).stdout)
    live.problems.push((await orchestra.run(['events', '-n', '40'])).stdout)
  } finally {
    stop.abort()
    await orchestra.run(['down'])
    await orchestra.close()
    await stub.close()
    await lab.remove()
  }
  return live
}

/** What the model answers to the newest prompt. */
function choose(prompt: string, results: number, limit: Limit): Turn {
  const asks = [...prompt.matchAll(/ask leave for (\w+)/g)].at(-1)?.[1]
  if (!isTask(prompt)) {
    if (asks === undefined) return turnFor(prompt, results)
    return results === 0
      ? { tool: { name: 'shell', command: `touch ${asks}-lab-$RANDOM.txt`, ask: true } }
      : { text: [{ text: 'Good.', delayMs: 20 }] }
  }
  const task = readTask(prompt)
  switch (task.id) {
    case 'ticks':
      return { text: [{ text: `Done.\n\n\`ORC=${task.nonce}=DONE\`\n`, delayMs: 20 }] }
    case 'rate':
      if (results === 0 && limit.rates.push(Date.now()) <= 2)
        return { error: { status: 429, kind: 'rate', retryAfter: 3 } }
      return workerTurn(prompt, results)
    case 'usage': {
      if (limit.usageEnd === 0) limit.usageEnd = Date.now() + LIMIT_S * 1000
      const left = Math.ceil((limit.usageEnd - Date.now()) / 1000)
      return left > 0
        ? { error: { status: 429, kind: 'usage', resetsIn: left } }
        : workerTurn(prompt, results)
    }
    case 'silent':
      return { text: [{ text: 'I have looked at it.', delayMs: 20 }] }
    default:
      return workerTurn(prompt, results)
  }
}

interface Drive {
  readonly orchestra: Orchestra
  readonly layout: string
  readonly stub: { readonly requests: readonly Asked[]; readonly open: () => number }
  readonly limit: Limit
  readonly rows: EventRow[]
  readonly live: Live
  readonly signal: AbortSignal
}

async function drive({ orchestra, layout, stub, limit, rows, live, signal }: Drive): Promise<void> {
  const { figures, problems } = live
  const agent = (status: StatusDocument) => status.agents[0]
  const reaches = async (want: (state: string) => boolean, ms = 60_000): Promise<number> => {
    const from = Date.now()
    await orchestra.untilStatus((status) => want(agent(status)?.state ?? ''), ms)
    return Date.now() - from
  }
  const idle = (state: string) => state === 'idle'

  const from = Date.now()
  const up = await orchestra.run(['up', layout, '-d', '--wait'], { timeoutMs: 90_000 })
  const upMs = Date.now() - from
  if (up.code !== 0) problems.push(`up --wait: exit ${up.code}: ${up.stderr}`)
  const socket = join(orchestra.state, 'run', `${SESSION}.sock`)
  void new ApiClient(socket)
    .stream(
      '/v1/stream?only=event&after=0',
      ({ event, data }) => {
        if (event === 'event') rows.push(data as EventRow)
      },
      signal,
    )
    .catch(() => undefined)
  // Without a network opencode waits minutes for the package of a plugin.
  await reaches(idle, 300_000)
  figures.set('up -d --wait, idle', `${seconds(upMs)}, ${seconds(Date.now() - from)}`)
  live satisfies Live
  Object.assign(live, {
    version: (await orchestra.json<{ version?: string }>('explain', 'A')).version ?? '?',
  })

  const sent = Date.now()
  await orchestra.ok('send', 'A', 'explain the cache scene:long', '--wait')
  const delivered = Date.now() - sent
  await eventually(() => stub.open() > 0, 20_000)
  await eventually(() => stub.open() === 0, 60_000)
  const ended = Math.max(...stub.requests.map(({ endedAt }) => endedAt ?? 0))
  await reaches(idle)
  const begun = sent + delivered
  const isEnd = ({ at, text }: { at: number; text: string }) => text.startsWith('idle') && at >= ended - 100
  // The stream may be behind the status.
  await eventually(() => states(rows).some(isEnd), 10_000).catch(() => undefined)
  const seen = states(rows).filter(({ at }) => at > begun + 1000)
  const early = seen.find(({ at, text }) => text.startsWith('idle') && at < ended - 100)
  if (early !== undefined) problems.push(`idle ${ended - early.at} ms before the last byte`)
  const wasIdle = seen.find(isEnd)
  figures.set(
    'send --wait; idle after the last byte',
    `${seconds(delivered)}; ${wasIdle === undefined ? '?' : seconds(wasIdle.at - ended)}`,
  )

  for (const [verb, file] of [
    ['approve', 'yes'],
    ['deny', 'no'],
  ] as const) {
    const asked = Date.now()
    await orchestra.ok('send', 'A', `ask leave for ${file} scene:leave`, '--wait')
    await reaches((state) => state === 'waiting')
    const waited = Date.now() - asked
    const status = await orchestra.status()
    const need = status.summary.attention[0]
    const subject = JSON.stringify(status.summary)
    if (!subject.includes(`touch ${file}-lab-`))
      problems.push(`the question does not name the command: ${JSON.stringify(need)}`)
    const answered = Date.now()
    await orchestra.ok(verb, 'A', ...(verb === 'approve' ? ['-y'] : []))
    const took = Date.now() - answered
    await reaches((state) => state !== 'waiting')
    const left = Date.now() - answered
    await reaches(idle)
    const again = states(rows).filter(({ at, text }) => at > answered + left && text.startsWith('waiting'))
    if (again.length > 0) problems.push(`waiting again after ${verb}: ${again[0]?.text}`)
    figures.set(`asked; ${verb}; no longer waiting`, `${seconds(waited)}; ${seconds(took)}; ${seconds(left)}`)
  }

  await orchestra.ok('run')
  for (const id of TASKS.filter((one) => one !== 'silent')) {
    await orchestra
      .untilStatus(
        (status) => {
          const task = status.tasks.find((one) => one.id === id)
          const waits = agent(status)?.state === 'waiting'
          if (waits) throw new Error(`${id}: it waits: ${agent(status)?.question?.join(' ') ?? ''}`)
          return task?.status === 'COMPLETED'
        },
        // Codex 0.117 gives up at the first 429, and is told to go on after one minute, then after two.
        id === 'usage' || id === 'rate' ? 300_000 : 90_000,
      )
      .catch(async (error: unknown) => {
        const { tasks } = await orchestra.status()
        const task = tasks.find((one) => one.id === id)
        throw new Error(`${id} was not done: ${JSON.stringify(task)}: ${String(error)}`, { cause: error })
      })
    const task = (await orchestra.status()).tasks.find((one) => one.id === id)
    const ms = Date.parse(task?.ended_at ?? '') - Date.parse(task?.started_at ?? '')
    figures.set(
      `task ${id}`,
      `${seconds(ms)}, by ${task?.proof ?? '?'}${task?.attempts === 1 ? '' : `, ${task?.attempts} attempts`}`,
    )
    if (task?.attempts !== 1) problems.push(`${id}: ${task?.attempts} attempts`)
  }
  const limits = states(rows).filter(({ at }) => at > begun)
  // A turn that was given up has ended in an error; told to go on, it is asked about again much later.
  const [first = 0, second = 0] = limit.rates
  const gaveUp = second - first > 30_000
  const wrong = limits.filter(({ text }) => text.startsWith('error') && !(gaveUp && /\b429\b/.test(text)))
  if (wrong.length > 0) problems.push(`error was said: ${wrong.map(({ text }) => text).join(' | ')}`)
  const perSecond = new Map<number, number>()
  for (const { at } of limits)
    perSecond.set(Math.floor(at / 5000), (perSecond.get(Math.floor(at / 5000)) ?? 0) + 1)
  figures.set('most events in 5 s', String(Math.max(...perSecond.values())))
  figures.set(
    'said at the limits',
    [
      ...new Set(limits.filter(({ text }) => /limit|retry/i.test(text)).map(({ text }) => text.slice(0, 60))),
    ].join(' | '),
  )

  const silent = Date.now()
  await orchestra.untilStatus(
    (status) => status.summary.needs_you > 0 && JSON.stringify(status.summary.attention).includes('silent'),
    90_000,
  )
  figures.set('says nothing: pointed out', seconds(Date.now() - silent))
  const task = (await orchestra.status()).tasks.find(({ id }) => id === 'silent')
  if (task?.status !== 'IN_PROGRESS') problems.push(`silent is ${task?.status}`)
  const noise = (await orchestra.status()).summary.attention.filter(({ kind }) => !/stall/.test(kind))
  if (noise.length > 0) problems.push(`attention: ${JSON.stringify(noise)}`)
}

function states(rows: readonly EventRow[]): readonly { readonly at: number; readonly text: string }[] {
  return rows
    .filter(({ type }) => type === 'agent.observed')
    .map(({ at, text }) => ({ at: Date.parse(at), text }))
}

function tableOf(found: ReadonlyMap<string, Live>): string {
  const names = [...new Set([...found.values()].flatMap(({ figures }) => [...figures.keys()]))]
  const head = [...found].map(([install, { version }]) => `${install.replace(/-.*/, '')} ${version}`)
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '/')).join(' | ')} |`
  return [
    line(['', ...head]),
    line(['---', ...head.map(() => '---')]),
    ...names.map((name) =>
      line([name, ...[...found.values()].map(({ figures }) => figures.get(name) ?? '–')]),
    ),
    line(['wrong', ...[...found.values()].map(({ problems }) => problems.join('; ') || 'nothing')]),
    '',
  ].join('\n')
}
