/**
 * `status` and `health` over the socket, of two builds in turn: `npx tsx scripts/bench/door-pairs.ts BEFORE AFTER [REQUESTS] [VERBS]`. Both daemons run at the
 * same time with the same layout; each pair asks both, the first of them in turn, so that the machine's load is the same for both.
 */
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { withOrchestra, type Orchestra } from '../../spec/support/orchestra.js'
import { median, rounded } from './support/statistics.js'

const [before = '', after = ''] = process.argv.slice(2).map((path) => resolve(path))
const PAIRS = { request: Number(process.argv[4] ?? 600), verb: Number(process.argv[5] ?? 40) }
const layout = `version: 1
session: pairs
machines: { here: { kind: local } }
agents:
${Array.from({ length: 15 }, (_, i) => `  A-${i}: { type: command, command: [cat] }`).join('\n')}
windows: [ { name: Bash, panes: [ { command: [cat] } ] } ]
`

await withOrchestra(
  (one) => withOrchestra((two) => compare(one, two), { program: join(after, 'dist/orchestra.cjs') }),
  { program: join(before, 'dist/orchestra.cjs') },
)

async function compare(one: Orchestra, two: Orchestra): Promise<void> {
  for (const o of [one, two]) await o.ok('up', o.write('pairs.yaml', layout), '-d', '--wait')
  await sleep(8000)
  const sockets = [one, two].map((o) => {
    const file = join(o.state, 'sessions/pairs/daemon.json')
    return (JSON.parse(readFileSync(file, 'utf8')) as { socket: string }).socket
  })
  await say('GET /v1/status', PAIRS.request, (i) => ask(sockets[i] ?? '', '/v1/status'))
  await say('GET /v1/health', PAIRS.request, (i) => ask(sockets[i] ?? '', '/v1/health'))
  await say('orchestra status', PAIRS.verb, async (i) => (await [one, two][i]?.run(['status']))?.ms ?? NaN)
}

/** `measure(0)`: the build before; `measure(1)`: the one after. */
async function say(name: string, pairs: number, measure: (which: 0 | 1) => Promise<number>): Promise<void> {
  const times: [number[], number[]] = [[], []]
  for (let pair = -5; pair < pairs; pair++) {
    const order = pair % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)
    for (const which of order) {
      const ms = await measure(which)
      if (pair >= 0) times[which].push(ms)
    }
  }
  const ratios = times[1].map((ms, i) => ms / (times[0][i] ?? NaN))
  console.log(`${name}: ${rounded(median(times[0]), 2)} ms before, ${rounded(median(times[1]), 2)} ms after; median ratio of ${pairs} pairs ${rounded(median(ratios), 3)}`) // prettier-ignore
}

function ask(socketPath: string, path: string): Promise<number> {
  const since = performance.now()
  return new Promise((done, reject) => {
    const asked = request({ socketPath, path, agent: false }, (response) => {
      response.resume().once('end', () => done(performance.now() - since))
    })
    asked.once('error', reject).end()
  })
}
