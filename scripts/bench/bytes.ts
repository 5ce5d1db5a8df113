/** Twenty remote panes that print as fast as they can: what gets through, what it costs, what waits: `npx tsx scripts/bench/bytes.ts`. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventRow } from '../../lib/core/protocol/status.js'
import { bringUp, clientOf, clusterYaml, SESSION, type ClusterAgent } from './support/cluster.js'
import { withGround, type Ground } from './support/ground.js'
import { cpuMsOf, memoryOf } from './support/process-cost.js'
import { askWhenMain, type Answer, type BenchOptions, type Question } from './support/question.js'
import { hostTmux, printMarker, reporterTasks, startReporters } from './support/reporters.js'
import { percentile, rounded } from './support/statistics.js'

const PANES = 20
/** Prints while the file `go` is there. */
const FLOOD =
  'type: command, command: [sh, -c, "while :; do if [ -e ~/go ]; then timeout 1 yes one-more-line-of-a-build-that-says-a-lot-and-means-little; else sleep 0.2; fi; done"]'

export const bytes: Question = {
  name: 'bytes',
  title: `Bytes: ${PANES} remote panes at full speed`,
  measure: (options) => withGround(2, (ground) => measure(ground, options)),
}

async function measure(ground: Ground, { quick, say }: BenchOptions): Promise<Answer> {
  const [noisy, calm] = ground.hosts
  if (noisy === undefined || calm === undefined) throw new Error('no hosts')
  const floods = Array.from({ length: PANES }, (_, i): ClusterAgent => ({
    id: `F-${i + 1}`,
    machine: noisy.name,
    spec: FLOOD,
  }))
  const waits = 'type: command, command: [sh, -c, "exec cat >/dev/null"]'
  const speakers: ClusterAgent[] = [
    { id: 'R-1', machine: noisy.name, spec: waits },
    { id: 'R-2', machine: calm.name, spec: waits },
  ]
  await bringUp(ground, clusterYaml(ground, [...floods, ...speakers], reporterTasks(speakers)))
  const [near, far] = await startReporters(ground, speakers)
  if (near === undefined || far === undefined) throw new Error('no reporters')
  const daemon = ground.orchestra.daemonPid(SESSION) ?? 0
  const windowMs = quick ? 5000 : 15_000

  say('ssh host cat')
  const sshRate = await rateOf(
    ground,
    noisy.name,
    'yes one-more-line-of-a-build-that-says-a-lot',
    windowMs / 3,
  )
  const go = join(noisy.sshd.home, 'go')

  say('flood: orchestra alone')
  const heard = new Map<string, (at: number) => void>()
  const stop = new AbortController()
  const client = clientOf(ground)
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
  writeFileSync(go, '')
  await sleep(1000)
  const delays: Record<'near' | 'far' | 'api', number[]> = { near: [], far: [], api: [] }
  let mostRss = 0
  const cpuBefore = cpuMsOf(daemon)
  const since = performance.now()
  while (performance.now() - since < windowMs) {
    for (const [name, reporter] of [
      ['near', near],
      ['far', far],
    ] as const) {
      if (reporter.progress >= 99) continue
      const heardAt = new Promise<number>((resolve) => heard.set(reporter.task, resolve))
      const spoken = performance.now()
      printMarker(reporter)
      const at = await Promise.race([heardAt, sleep(10_000, Number.NaN)])
      delays[name].push(Number.isNaN(at) ? 10_000 : at - spoken)
    }
    const asked = performance.now()
    await client.get('/v1/ping')
    delays.api.push(performance.now() - asked)
    mostRss = Math.max(mostRss, memoryOf(daemon).rssMb)
    await sleep(windowMs / 110)
  }
  const share = ((cpuMsOf(daemon) - cpuBefore) / (performance.now() - since)) * 100
  stop.abort()
  await stream

  say('flood: one control client, beside')
  const [session = ''] = hostTmux(noisy, 'list-sessions', '-F', '#{session_name}').split('\n')
  const control = await rateOf(
    ground,
    noisy.name,
    `(sleep ${windowMs / 3000 + 5}) | tmux -L orchestra -C attach -t '=${session}' -f ignore-size,read-only`,
    windowMs / 3,
  )
  rmSync(go)
  await sleep(1500)
  const at = (name: 'near' | 'far' | 'api', part: number) => rounded(percentile(delays[name], part))
  return {
    columns: ['what', 'value', 'unit'],
    rows: [
      ['ssh host yes > /dev/null', rounded(sshRate), 'MB/s'],
      ['ssh host tmux -C attach > /dev/null, flood', rounded(control), 'MB/s'],
      ['daemon: CPU in the flood', rounded(share), '% of a core'],
      ['daemon: RSS before', rounded(quietRss), 'MB'],
      ['daemon: most RSS in the flood', rounded(mostRss), 'MB'],
      ['marker of another agent there: p50', at('near', 0.5), 'ms'],
      ['marker of another agent there: longest', at('near', 1), 'ms'],
      ['marker on another host: p50', at('far', 0.5), 'ms'],
      ['marker on another host: longest', at('far', 1), 'ms'],
      ['request to the API: longest', at('api', 1), 'ms'],
    ],
    targets: [
      { text: 'marker on another host, longest', value: at('far', 1), limit: 100, unit: ' ms', kind: 'most' },
      { text: 'request to the API, longest', value: at('api', 1), limit: 100, unit: ' ms', kind: 'most' },
      {
        text: 'marker of another agent there, longest',
        value: at('near', 1),
        limit: 100,
        unit: ' ms',
        kind: 'most',
      },
      { text: 'growth of RSS', value: rounded(mostRss - quietRss), limit: 100, unit: ' MB', kind: 'most' },
    ],
    notes: [],
  }
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
