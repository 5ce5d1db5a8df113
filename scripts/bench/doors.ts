/**
 * What 64 clients of the API cost a daemon with 200 agents of which 20 work and report: `npx tsx scripts/bench/doors.ts [ROUNDS]`. Half of them
 * speak WebSocket, half hear server-sent events, all of them the state and every event. CPU time, so that the machine's load
 * counts little; rounds without and with them take turns.
 */
import { connect } from 'node:net'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { withOrchestra } from '../../spec/support/orchestra.js'
import { cpuMsOf, memoryOf } from './support/process-cost.js'
import { median, rounded } from './support/statistics.js'

const AGENTS = 200
const BUSY = 20
const CLIENTS = 64
const ROUNDS = Number(process.argv[2] ?? 3)
const WINDOW_MS = 15_000

const numbered = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n')

const layout = `version: 1
session: doors
machines: { here: { kind: local } }
agents:
${numbered(AGENTS, (i) => `  A-${i}: ${i < BUSY ? '{ type: demo }' : '{ type: command, command: [cat] }'}`)}
tasks:
${numbered(BUSY, (i) => `  T-${i}: { title: work ${i}, agent: A-${i}, estimate: 10m }`)}
windows: [ { name: Bash, panes: [ { command: [cat] } ] } ]
`

await withOrchestra(async (o) => {
  await o.ok('up', o.write('doors.yaml', layout), '-d', '--run')
  await o.untilStatus(({ agents }) => agents.filter(({ pid }) => pid !== null).length === AGENTS, 300_000)
  console.log(`${AGENTS} agents are there`)
  await sleep(20_000)
  const file = join(o.state, 'sessions/doors/daemon.json')
  const { pid, socket } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; socket: string }
  let heard = 0
  const open = (): (() => void)[] =>
    Array.from({ length: CLIENTS }, (_, i) => {
      if (i % 2 === 0) {
        const one = new WebSocket(`ws+unix://${socket}:/v1/ws`)
        one.on('open', () => one.send(JSON.stringify({ want: ['event', 'status'] })))
        one.on('message', (data: Buffer) => (heard += data.length))
        return () => one.terminate()
      }
      const one = connect(socket)
      one.write('GET /v1/stream HTTP/1.1\r\nhost: o\r\n\r\n')
      one.on('data', (data) => (heard += data.length))
      return () => one.destroy()
    })
  const share = async () => {
    const [before, since] = [cpuMsOf(pid), performance.now()]
    await sleep(WINDOW_MS)
    return ((cpuMsOf(pid) - before) / (performance.now() - since)) * 100
  }
  const shares: Record<'without' | 'with', number[]> = { without: [], with: [] }
  for (let round = 0; round < ROUNDS; round++) {
    shares.without.push(await share())
    const close = open()
    await sleep(2000)
    heard = 0
    shares.with.push(await share())
    console.log(`${rounded(heard / 1024 / 1024)} MB heard in ${WINDOW_MS / 1000} s by ${CLIENTS} clients`)
    for (const one of close) one()
    await sleep(2000)
  }
  const [without, withThem] = [median(shares.without), median(shares.with)]
  console.log(`daemon: ${rounded(without, 2)} % of a core without clients, ${rounded(withThem, 2)} % with ${CLIENTS}: they cost ${rounded(withThem - without, 2)} %; ${rounded(memoryOf(pid).rssMb)} MB`) // prettier-ignore
  if (withThem - without >= 5) process.exitCode = 1
})
