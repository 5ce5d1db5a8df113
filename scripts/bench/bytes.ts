/**
 * Twenty remote panes that print as fast as they can: what gets through, what it costs, what waits, and what waits just
 * as long without orchestra: `npx tsx scripts/bench/bytes.ts`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventRow } from '../../lib/core/protocol/status.js'
import { bareApi, bareControl, bareSsh, type BareWay } from './support/bare-ways.js'
import { bringUp, clientOf, clusterYaml, SESSION, type ClusterAgent } from './support/cluster.js'
import { withGround, type Ground } from './support/ground.js'
import { cpuMsOf, memoryOf } from './support/process-cost.js'
import { askWhenMain, type Answer, type BenchOptions, type Cell, type Question } from './support/question.js'
import { hostTmux, printMarker, reporterTasks, startReporters, type Reporter } from './support/reporters.js'
import { median, percentile, rounded } from './support/statistics.js'

const PANES = 20
/** Prints while the file `go` is there. */
const FLOOD =
  'type: command, command: [sh, -c, "while :; do if [ -e ~/go ]; then timeout 1 yes one-more-line-of-a-build-that-says-a-lot-and-means-little; else sleep 0.2; fi; done"]'
const WAITS = 'type: command, command: [sh, -c, "exec cat >/dev/null"]'
/** Of each kind, so that a marker always says more than the one before. */
const SPEAKERS = 3

type Way = 'far' | 'farBare' | 'near' | 'nearSsh' | 'nearBare' | 'api' | 'apiBare'
const LABEL: Readonly<Record<Way, string>> = {
  far: 'marker on another host → event',
  farBare: '  bare: ssh host cat',
  near: 'marker of another agent there → event',
  nearSsh: '  bare: ssh host cat',
  nearBare: '  bare: ssh host tmux -C attach | grep',
  api: 'request to the API',
  apiBare: '  bare: a Node process that only answers',
}

export const bytes: Question = {
  name: 'bytes',
  title: `Bytes: ${PANES} remote panes at full speed`,
  measure: (options) => withGround(2, (ground) => measure(ground, options), { prefix: ownCore }),
}

/** A machine elsewhere takes no time of ours: the noisy host may only run on the last core, and all else is free to leave it. */
function ownCore(i: number): readonly string[] {
  const cores = cpus().length
  return i === 1 && cores > 1 && existsSync('/usr/bin/taskset')
    ? ['/usr/bin/taskset', '-c', String(cores - 1)]
    : []
}

async function measure(ground: Ground, { rounds, quick, say }: BenchOptions): Promise<Answer> {
  const [noisy, calm] = ground.hosts
  if (noisy === undefined || calm === undefined) throw new Error('no hosts')
  const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i))
  const floods = many(PANES, (i): ClusterAgent => ({ id: `F-${i + 1}`, machine: noisy.name, spec: FLOOD }))
  const speaking = [noisy, calm].flatMap(({ name }) =>
    many(SPEAKERS, (i): ClusterAgent => ({ id: `R-${name}-${i + 1}`, machine: name, spec: WAITS })),
  )
  await bringUp(ground, clusterYaml(ground, [...floods, ...speaking], reporterTasks(speaking)))
  const reporters = await startReporters(ground, speaking)
  const at = (name: string) => reporters.filter(({ host }) => host.name === name)
  const [near, far] = [at(noisy.name), at(calm.name)]
  const daemon = ground.orchestra.daemonPid(SESSION) ?? 0
  const tmux = Number(hostTmux(noisy, 'display-message', '-p', '#{pid}'))
  const [session = ''] = hostTmux(noisy, 'list-sessions', '-F', '#{session_name}').split('\n')
  const rateMs = quick ? 1500 : 4000

  say('ssh host yes, nothing else')
  const sshRate = await rateOf(ground, noisy.name, 'yes one-more-line-of-a-build-that-says-a-lot', rateMs)
  const [apiBare, nearSsh, farBare] = [
    await bareApi(ground),
    await bareSsh(ground, noisy),
    await bareSsh(ground, calm),
  ]
  const client = clientOf(ground)
  const heard = new Map<string, (at: number) => void>()
  const stop = new AbortController()
  const stream = client.stream(
    '/v1/stream?only=event',
    ({ data }) => {
      const { type, subject } = data as EventRow
      if (type === 'attempt.progressed' && subject !== null) heard.get(subject)?.(performance.now())
    },
    stop.signal,
  )
  await sleep(500)
  const quietRss = memoryOf(daemon).rssMb
  const samples = Object.fromEntries(Object.keys(LABEL).map((way) => [way, []])) as unknown as Record<
    Way,
    number[]
  >
  const shares: number[] = []
  const rates: number[] = []
  let mostRss = 0
  let mostTmux = 0
  const go = join(noisy.sshd.home, 'go')
  writeFileSync(go, '')
  const turns = rounds ?? (quick ? 3 : 6)
  const times = quick ? 25 : 40
  await sleep(1500)
  const marker = (of: readonly Reporter[]) => answered(next(of), heard)
  const api = async () => {
    const since = performance.now()
    await client.get('/v1/ping')
    return performance.now() - since
  }
  const take = async (ways: Partial<Record<Way, () => Promise<number>>>) => {
    for (let i = 0; i < times; i++) {
      for (const [way, ask] of Object.entries(ways) as [Way, () => Promise<number>][])
        samples[way].push(await ask())
      mostRss = Math.max(mostRss, memoryOf(daemon).rssMb)
      mostTmux = Math.max(mostTmux, memoryOf(tmux).rssMb)
      await sleep(20 + Math.random() * 60)
    }
  }
  for (let turn = 1; turn <= turns; turn++) {
    say(`flood, round ${turn} of ${turns}: orchestra`)
    const [cpu, since] = [cpuMsOf(daemon), performance.now()]
    await take({ far: () => marker(far), near: () => marker(near), api })
    shares.push(((cpuMsOf(daemon) - cpu) / (performance.now() - since)) * 100)
    say(`flood, round ${turn} of ${turns}: bare`)
    const control = await bareControl(ground, noisy, session, near[0]?.tty ?? '')
    const of = (way: BareWay) => () => way.measure()
    await take({
      farBare: of(farBare),
      nearSsh: of(nearSsh),
      nearBare: of(control),
      apiBare: of(apiBare),
    })
    await control.stop()
    const attach = `sleep ${rateMs / 1000 + 5} | tmux -L orchestra -C attach -t '=${session}' -f ignore-size,read-only`
    rates.push(await rateOf(ground, noisy.name, attach, rateMs))
  }
  rmSync(go)
  stop.abort()
  await stream
  for (const way of [apiBare, nearSsh, farBare]) await way.stop()
  return answerOf({ samples, sshRate, rates, shares, quietRss, mostRss, mostTmux })
}

interface Found {
  readonly samples: Readonly<Record<Way, number[]>>
  readonly sshRate: number
  readonly rates: readonly number[]
  readonly shares: readonly number[]
  readonly quietRss: number
  readonly mostRss: number
  readonly mostTmux: number
}

function answerOf({ samples, sshRate, rates, shares, quietRss, mostRss, mostTmux }: Found): Answer {
  const at = (way: Way, part: number) => rounded(percentile(samples[way], part))
  const delays = (Object.keys(LABEL) as Way[]).map((way): Cell[] => [
    LABEL[way],
    'ms',
    at(way, 0.5),
    at(way, 0.99),
    at(way, 1),
  ])
  const longest = (way: Way, text: string) => ({
    text,
    value: at(way, 1),
    limit: 100,
    unit: ' ms',
    kind: 'most' as const,
  })
  const value = (text: string, unit: string, found: number): Cell[] => [
    text,
    unit,
    rounded(found),
    null,
    null,
  ]
  return {
    columns: ['what', 'unit', 'median', 'p99', 'longest'],
    rows: [
      value('ssh host yes > /dev/null', 'MB/s', sshRate),
      value('ssh host tmux -C attach > /dev/null, in the flood', 'MB/s', median(rates)),
      ...delays,
      value('daemon: CPU in the flood', '% of a core', median(shares)),
      value('daemon: RSS before', 'MB', quietRss),
      value('daemon: most RSS in the flood', 'MB', mostRss),
      value("the host's tmux: most RSS in the flood", 'MB', mostTmux),
    ],
    targets: [
      longest('far', 'marker on another host, longest'),
      longest('near', 'marker of another agent there, longest'),
      longest('api', 'request to the API, longest'),
      { text: 'growth of RSS', value: rounded(mostRss - quietRss), limit: 100, unit: ' MB', kind: 'most' },
    ],
    notes: [
      'bare: the same word at the same time without orchestra; what that takes, orchestra cannot do without.',
      'The noisy host has the last core to itself and its 20 programs; all else may run where there is room.',
    ],
  }
}

function next(reporters: readonly Reporter[]): Reporter {
  // A marker only counts when it says more than the last one.
  const reporter = reporters.find(({ progress }) => progress < 99)
  if (reporter === undefined) throw new Error('every reporter has said all: use fewer rounds')
  return reporter
}

async function answered(reporter: Reporter, heard: Map<string, (at: number) => void>): Promise<number> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<number>((resolve) => (timer = setTimeout(resolve, 10_000, Number.NaN)))
  const heardAt = new Promise<number>((resolve) => heard.set(reporter.task, resolve))
  const spoken = performance.now()
  printMarker(reporter)
  const at = await Promise.race([heardAt, late])
  clearTimeout(timer)
  if (Number.isNaN(at)) throw new Error(`${reporter.agent} was not heard`)
  return at - spoken
}

/** Megabytes a second that a command on the host sends here, when nothing is done with them. */
async function rateOf(ground: Ground, host: string, command: string, ms: number): Promise<number> {
  const child = spawn('ssh', ['-F', ground.sshConfig, host, command], {
    env: { ...ground.orchestra.env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let total = 0
  child.stdout.on('data', (chunk: Buffer) => (total += chunk.length))
  await once(child.stdout, 'data')
  const [begun, since] = [total, performance.now()]
  await sleep(ms)
  const rate = (total - begun) / 1000 / (performance.now() - since)
  child.kill()
  await once(child, 'exit')
  return rate
}

await askWhenMain(bytes, import.meta.url)
