/** What more agents cost: `npx tsx scripts/bench/growth.ts`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { bringUp, clientOf, clusterYaml, SESSION, spread } from './support/cluster.js'
import { withGround } from './support/ground.js'
import { inTurn } from './support/in-turn.js'
import { cpuMsOf, memoryOf } from './support/process-cost.js'
import { askWhenMain, type Answer, type BenchOptions, type Cell, type Question } from './support/question.js'
import { median, rounded } from './support/statistics.js'
import { timedProcess } from './support/timed-process.js'

export const growth: Question = { name: 'growth', title: 'From 10 to 200 agents on 4 hosts', measure }

async function measure({ rounds, quick, say }: BenchOptions): Promise<Answer> {
  const rows: number[][] = []
  for (const count of quick ? [10, 40] : [10, 50, 200]) {
    say(`${count} agents`)
    await withGround(4, async (ground) => {
      const { orchestra } = ground
      const { controlMs, allMs } = await bringUp(ground, clusterYaml(ground, spread(ground, count)))
      await sleep(8000)
      const daemon = orchestra.daemonPid(SESSION) ?? 0
      const run = (...args: string[]) => ({
        measure: async () => {
          const argv = [process.execPath, orchestra.program, ...args]
          return (await timedProcess(argv, { env: orchestra.env, cwd: orchestra.work })).ms
        },
      })
      const client = clientOf(ground)
      const samples = await inTurn<'status' | 'up' | 'answer', number>(rounds ?? (quick ? 3 : 11), {
        status: run('status'),
        up: run('up', '-d'),
        answer: {
          measure: async () => {
            const since = performance.now()
            await client.get('/v1/status')
            return performance.now() - since
          },
        },
      })
      await sleep(3000)
      const [cpu, since] = [cpuMsOf(daemon), performance.now()]
      await sleep(quick ? 5000 : 16_000)
      const share = ((cpuMsOf(daemon) - cpu) / (performance.now() - since)) * 100
      const { status, up, answer } = samples
      rows.push([
        count,
        controlMs,
        allMs,
        median(up),
        median(status),
        median(answer),
        memoryOf(daemon).rssMb,
        share,
      ])
    })
  }
  const [first = [], last = []] = [rows[0], rows.at(-1)]
  const ratio = (column: number) => (last[column] ?? Number.NaN) / (first[column] ?? Number.NaN)
  const times = rounded(ratio(0), 1) ?? 0
  const shown = rows.map((row): Cell[] =>
    row.map((value, i) => rounded(value, i === 0 ? 0 : i === 7 ? 2 : 1)),
  )
  const grew: Cell[] = first.map((_, i) => `${rounded(ratio(i), 1)} x`)
  return {
    columns: [
      'agents',
      'cold up: control back ms',
      'all agents there ms',
      'up again ms',
      'status ms',
      'answer of the API ms',
      'daemon RSS MB',
      'daemon CPU %',
    ],
    rows: [...shown, grew],
    targets: [
      {
        text: 'all agents there, growth',
        value: rounded(ratio(2), 1),
        limit: times,
        unit: ' x',
        kind: 'most',
      },
      { text: 'status, growth', value: rounded(ratio(4), 2), limit: 1.5, unit: ' x', kind: 'most' },
      { text: 'up again, growth', value: rounded(ratio(3), 2), limit: 2, unit: ' x', kind: 'most' },
    ],
    notes: ['The limits of `status` and `up` say what "nearly flat" means here.'],
  }
}

await askWhenMain(growth, import.meta.url)
