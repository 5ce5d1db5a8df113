/** `orchestra status`, from the fork to the exit, beside `node -e 0`: `npx tsx scripts/bench/status.ts`. */
import { bringUp, clusterYaml, spread } from './support/cluster.js'
import { withGround } from './support/ground.js'
import { inTurn } from './support/in-turn.js'
import { askWhenMain, type Cell, type Question, type Target } from './support/question.js'
import { mean, median, rounded } from './support/statistics.js'
import { timedProcess, type Timed } from './support/timed-process.js'

export const status: Question = {
  name: 'status',
  title: 'status, the whole process',
  measure: async ({ rounds, quick, say }) => {
    const rows: Cell[][] = []
    const targets: Target[] = []
    for (const count of quick ? [15] : [15, 200]) {
      say(`${count} agents`)
      await withGround(0, async (ground) => {
        const { orchestra } = ground
        await bringUp(ground, clusterYaml(ground, spread(ground, count)))
        const run = (argv: string[]) => ({
          measure: () => timedProcess(argv, { env: orchestra.env, cwd: orchestra.work }),
        })
        const program = [process.execPath, orchestra.program]
        const samples = await inTurn<'node' | 'status' | 'json', Timed>(rounds ?? (quick ? 7 : 31), {
          node: run([process.execPath, '-e', '0']),
          status: run([...program, 'status']),
          json: run([...program, 'status', '--json']),
        })
        const ms = (name: 'node' | 'status' | 'json') => median(samples[name].map((one) => one.ms))
        const labels = { node: 'node -e 0', status: 'orchestra status', json: 'orchestra status --json' }
        for (const name of ['node', 'status', 'json'] as const) {
          const cpu = mean(samples[name].map((one) => one.cpuMs))
          rows.push([labels[name], count, rounded(ms(name)), rounded(ms(name) / ms('node'), 2), rounded(cpu)])
        }
        const value = rounded(ms('status') / ms('node'), 2)
        targets.push({
          text: `${count} agents: status over node -e 0`,
          value,
          limit: 1.5,
          unit: ' x',
          kind: 'most',
        })
      })
    }
    return {
      columns: ['candidate', 'agents', 'median ms', 'over node -e 0', 'mean CPU ms'],
      rows,
      targets,
      notes: [],
    }
  },
}

await askWhenMain(status, import.meta.url)
