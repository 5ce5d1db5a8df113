/** A screen that turns from working to a question → the state at a client: `npx tsx scripts/bench/screen.ts`. */
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventRow } from '../../lib/core/protocol/status.js'
import { eventually } from '../../spec/support/eventually.js'
import { bringUp, clientOf, clusterYaml, spread, type ClusterAgent } from './support/cluster.js'
import { withGround, type Ground } from './support/ground.js'
import { startPoller } from './support/poller.js'
import { askWhenMain, type Answer, type BenchOptions, type Cell, type Question } from './support/question.js'
import { paneOf } from './support/reporters.js'
import { percentile, rounded } from './support/statistics.js'

const TYPES = `agent_types:
  still: { extends: demo, command: [sh, -c, "echo ready; echo; printf '❯ '; exec cat >/dev/null"] }
`
const CLEAR = '\u001b[2J\u001b[H'
const WORKING = `${CLEAR}● Reading files\r\n\r\n⠋ Working… 40% (12s · ctrl+c to interrupt)`
const dialog = (word: string) =>
  `${CLEAR}Do you want to run this command?\r\n  touch '<<ORC:question:${word}>>'\r\n❯ 1. Yes\r\n  2. No\r\nEnter to confirm · Esc to cancel\r\n`

type Way = 'orchestra' | 'poll500' | 'poll2000'
const LABEL: Readonly<Record<Way, string>> = {
  orchestra: 'orchestra: working → waiting, event at a client',
  poll500: 'script: capture-pane of every pane, each 500 ms',
  poll2000: 'script: capture-pane of every pane, each 2 s',
}

export const screen: Question = {
  name: 'screen',
  title: 'Screen turns from working to waiting on a remote host → state at a client',
  measure: (options) => withGround(4, (ground) => measure(ground, options)),
}

async function measure(ground: Ground, { rounds, quick, say }: BenchOptions): Promise<Answer> {
  const asking: ClusterAgent[] = ground.hosts.map(({ name }, i) => ({
    id: `Q-${i + 1}`,
    machine: name,
    spec: 'type: still',
  }))
  const others = spread(ground, (quick ? 20 : 100) - asking.length)
  await bringUp(ground, TYPES + clusterYaml(ground, [...others, ...asking]))
  const heard = new Map<string, (at: number) => void>()
  const stop = new AbortController()
  const stream = clientOf(ground).stream(
    '/v1/stream?only=event',
    ({ data }) => {
      const { type, subject, text } = data as EventRow
      if (type === 'agent.observed') heard.get(`${subject} ${text.split(/\W/)[0]}`)?.(performance.now())
    },
    stop.signal,
  )
  const seats = ground.hosts.map((host, i) => ({ host, agent: `Q-${i + 1}`, ...paneOf(host, `Q-${i + 1}`) }))
  let serial = 0

  /** Working is on the screen and known; then the question. */
  const ask = async (
    i: number,
    listen: (word: string, done: (at: number) => void) => void,
  ): Promise<number> => {
    const seat = seats[i % seats.length]
    if (seat === undefined) throw new Error('no host')
    let isWorking = false
    heard.set(`${seat.agent} working`, () => (isWorking = true))
    await eventually(async () => {
      if (!isWorking) writeFileSync(seat.tty, WORKING)
      await sleep(400)
      return isWorking
    }, 20_000)
    await sleep(Math.random() * 300)
    const word = `${++serial}`
    const at = new Promise<number>((done) => listen(word, done))
    const since = performance.now()
    writeFileSync(seat.tty, dialog(word))
    const seenAt = await Promise.race([at, sleep(20_000, Number.NaN)])
    if (Number.isNaN(seenAt)) throw new Error(`${seat.agent}: the question was not seen`)
    return seenAt - since
  }

  const samples: Record<Way, number[]> = { orchestra: [], poll500: [], poll2000: [] }
  const turns = rounds ?? (quick ? 1 : 4)
  for (let turn = 1; turn <= turns; turn++) {
    say(`round ${turn} of ${turns}`)
    for (let i = 0; i < (quick ? 8 : 15); i++) {
      const agent = seats[i % seats.length]?.agent ?? ''
      samples.orchestra.push(await ask(i, (_word, done) => heard.set(`${agent} waiting`, done)))
    }
    for (const [way, everyMs] of [
      ['poll500', 500],
      ['poll2000', 2000],
    ] as const) {
      const poller = await startPoller(ground, everyMs)
      try {
        for (let i = 0; i < (quick ? 3 : 8); i++) {
          const seat = seats[i % seats.length]
          if (seat === undefined) continue
          samples[way].push(
            await ask(i, (word, done) => poller.onSeen(seat.host.name, seat.pane, word, done)),
          )
        }
      } finally {
        await poller.stop()
      }
    }
  }
  stop.abort()
  await stream
  const at = (way: Way, share: number) => rounded(percentile(samples[way], share))
  return {
    columns: ['way', 'samples', 'p50 ms', 'p99 ms'],
    rows: (Object.keys(LABEL) as Way[]).map((way): Cell[] => [
      LABEL[way],
      samples[way].length,
      at(way, 0.5),
      at(way, 0.99),
    ]),
    targets: [{ text: 'state, p99', value: at('orchestra', 0.99), limit: 1000, unit: ' ms', kind: 'most' }],
    notes: ['What watching costs while nothing changes is asked by `idle`.'],
  }
}

await askWhenMain(screen, import.meta.url)
