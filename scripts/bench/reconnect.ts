/** How soon everything is right once the link is back: `npx tsx scripts/bench/reconnect.ts`. */
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StatusDocument } from '../../lib/core/protocol/status.js'
import { eventually } from '../../spec/support/eventually.js'
import { startTcpProxy, type TcpProxy } from '../../spec/support/tcp-proxy.js'
import { bringUp, clientOf, clusterYaml, spread } from './support/cluster.js'
import { withGround, type Ground } from './support/ground.js'
import { askWhenMain, type Answer, type BenchOptions, type Cell, type Question } from './support/question.js'
import { paneOf } from './support/reporters.js'
import { median, rounded } from './support/statistics.js'

type Way = 'cut' | 'silent'
const LABEL: Readonly<Record<Way, string>> = {
  cut: 'connection reset, host refuses for 3 s',
  silent: 'link silent for 8 s (nobody is told), then gone',
}

export const reconnect: Question = {
  name: 'reconnect',
  title: 'Reconnect: link is back → machine online and mirror right',
  measure: (options) => withGround(1, (ground) => measure(ground, options)),
}

async function measure(ground: Ground, { rounds, quick, say }: BenchOptions): Promise<Answer> {
  const [host] = ground.hosts
  if (host === undefined) throw new Error('no host')
  const proxy = await startTcpProxy({ port: host.sshd.port })
  try {
    const known = join(ground.orchestra.env['HOME'] ?? '', '.ssh/known_hosts')
    appendFileSync(known, `[127.0.0.1]:${proxy.port} ${host.sshd.hostKey}\n`)
    const yaml = clusterYaml(ground, spread(ground, quick ? 5 : 50))
    await bringUp(ground, yaml.replace(`port: ${host.sshd.port}`, `port: ${proxy.port}`))
    const { tty } = paneOf(host, 'A-1')
    const found: Record<Way, number[]> = { cut: [], silent: [] }
    const online: Record<Way, number[]> = { cut: [], silent: [] }
    const mirrored: Record<Way, number[]> = { cut: [], silent: [] }
    const turns = rounds ?? (quick ? 1 : 5)
    for (let turn = 1; turn <= turns; turn++) {
      say(`round ${turn} of ${turns}`)
      for (const way of ['cut', 'silent'] as const) {
        found[way].push(await part(way, ground, proxy))
        const word = `printed-while-away-${turn}-${way}`
        writeFileSync(tty, `\r\n${word}\r\n`)
        const back = performance.now()
        proxy.refuse = false
        if (way === 'silent') proxy.reset()
        await eventually(async () => (await stateOf(ground)) === 'online', 30_000)
        online[way].push(performance.now() - back)
        await eventually(async () => (await mirrorText(ground)).includes(word), 30_000)
        mirrored[way].push(performance.now() - back)
      }
    }
    const of = (samples: number[]) => rounded(median(samples), 0)
    const worst = Math.max(...mirrored.cut, ...mirrored.silent)
    return {
      columns: [
        'what happened',
        'found: median ms',
        'online: median ms',
        'mirror right: median ms',
        'worst ms',
      ],
      rows: (['cut', 'silent'] as const).map((way): Cell[] => [
        LABEL[way],
        of(found[way]),
        of(online[way]),
        of(mirrored[way]),
        rounded(Math.max(...mirrored[way]), 0),
      ]),
      targets: [
        {
          text: 'dead link found, worst',
          value: rounded(Math.max(...found.cut, ...found.silent), 0),
          limit: 5000,
          unit: ' ms',
          kind: 'most',
        },
        {
          text: 'mirror and status right, worst',
          value: rounded(worst, 0),
          limit: 3000,
          unit: ' ms',
          kind: 'most',
        },
      ],
      notes: [],
    }
  } finally {
    proxy.reset()
    await ground.orchestra.run(['down'], { timeoutMs: 20_000 })
    await proxy.stop()
  }
}

/** Answers after how many milliseconds the daemon says that the machine is away. */
async function part(way: Way, ground: Ground, proxy: TcpProxy): Promise<number> {
  const since = performance.now()
  proxy.refuse = true
  if (way === 'cut') proxy.reset()
  else proxy.stall(true)
  await eventually(async () => (await stateOf(ground)) !== 'online', 20_000)
  const found = performance.now() - since
  await sleep(way === 'cut' ? 3000 : 4000)
  proxy.stall(false)
  return found
}

async function stateOf(ground: Ground): Promise<string | undefined> {
  const { machines } = await clientOf(ground).get<StatusDocument>('/v1/status')
  return machines.find(({ id }) => id === 'h1')?.state
}

async function mirrorText(ground: Ground): Promise<string> {
  const { agents } = await clientOf(ground).get<StatusDocument>('/v1/status')
  const pane = agents.find(({ id }) => id === 'A-1')?.pane
  return pane === undefined || pane === null ? '' : ground.orchestra.screen(pane)
}

await askWhenMain(reconnect, import.meta.url)
