/** The graph of fifteen tasks with demo agents, beside its critical path and a loop that looks every 2 s: `npx tsx scripts/bench/makespan.ts`. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { loadLayout } from '../../lib/config/load-layout.js'
import { criticalPath } from '../../lib/core/dag/critical-path.js'
import { buildGraph } from '../../lib/core/dag/graph.js'
import type { TaskSpec } from '../../lib/core/layout/model.js'
import type { StatusDocument, TaskRow } from '../../lib/core/protocol/status.js'
import { withGround } from './support/ground.js'
import { askWhenMain, type Answer, type BenchOptions, type Question } from './support/question.js'
import { median, rounded } from './support/statistics.js'

const LAYOUT = new URL('../../layouts/local.yaml', import.meta.url)

export const makespan: Question = {
  name: 'makespan',
  title: 'The graph of 15 tasks, demo agents (CG 12 s, CCG 6 s)',
  measure: ({ rounds, quick, say }) => measure({ rounds, quick, say }),
}

async function measure({ rounds, quick, say }: BenchOptions): Promise<Answer> {
  const speed = quick ? 4 : 1
  const types = `agent_types:\n  demo: { extends: demo, env: { DEMO_SPEED: "${speed}" } }\n\n`
  const text = readFileSync(LAYOUT, 'utf8').replace('agents:\n', `${types}agents:\n`)
  const ours: number[] = []
  const loops: number[] = []
  let pathMs = Number.NaN
  const turns = rounds ?? 1
  for (let turn = 1; turn <= turns; turn++) {
    await withGround(0, async ({ orchestra }) => {
      const file = orchestra.write('orchestra.yaml', text)
      const loaded = await loadLayout(file, { env: {}, configDir: orchestra.work, cwd: orchestra.work })
      if (!loaded.ok) throw new Error('the layout is not valid')
      const { tasks } = loaded.layout
      pathMs = criticalPath(buildGraph(tasks)).ms / speed
      await orchestra.ok('up', '-d')
      await orchestra.untilStatus(({ agents }) => agents.every(({ state }) => state === 'idle'), 30_000)
      say(`round ${turn} of ${turns}: about ${Math.round((pathMs * 1.4) / 1000)} s`)
      // Both wait nearly all the time: they do not disturb each other.
      const [, loopMs] = await Promise.all([
        orchestra.run(['run', '--wait'], { timeoutMs: 300_000 }),
        pollingLoop(tasks, speed),
      ])
      const status = await orchestra.json<StatusDocument>('status')
      ours.push(spanOf(status.tasks))
      loops.push(loopMs)
    })
  }
  const [mine, loop] = [median(ours), median(loops)]
  return {
    columns: ['way', 'seconds', 'over the critical path'],
    rows: [
      ['critical path', rounded(pathMs / 1000, 2), 1],
      [
        'orchestra, first task started → last one completed',
        rounded(mine / 1000, 2),
        rounded(mine / pathMs, 4),
      ],
      [`script that looks every ${2 / speed} s`, rounded(loop / 1000, 2), rounded(loop / pathMs, 4)],
    ],
    targets: [
      {
        text: 'makespan over the critical path',
        value: rounded(mine / pathMs, 4),
        limit: 1.02,
        unit: ' x',
        kind: 'most',
      },
    ],
    notes: quick
      ? [
          `Agents work ${speed} times as fast here, so that what orchestra adds weighs ${speed} times as much.`,
        ]
      : [],
  }
}

function spanOf(tasks: readonly TaskRow[]): number {
  const at = (time: string | null) => {
    if (time === null)
      throw new Error(
        `not every task is done: ${JSON.stringify(tasks.map(({ id, status }) => [id, status]))}`,
      )
    return Date.parse(time)
  }
  return (
    Math.max(...tasks.map((task) => at(task.ended_at))) -
    Math.min(...tasks.map((task) => at(task.started_at)))
  )
}

/** As the shell scripts do it: every 2 s see who is done, then start what has nothing left to wait for. Its workers are timers. */
async function pollingLoop(tasks: readonly TaskSpec[], speed: number): Promise<number> {
  const done = new Set<string>()
  const begun = new Set<string>()
  const seen = new Set<string>()
  const since = performance.now()
  while (seen.size < tasks.length) {
    for (const id of done) seen.add(id)
    for (const { id, needs, estimateMs } of tasks) {
      if (begun.has(id) || !needs.every((need) => seen.has(need))) continue
      begun.add(id)
      setTimeout(() => done.add(id), (estimateMs ?? 0) / speed)
    }
    if (seen.size < tasks.length) await sleep(2000 / speed)
  }
  return performance.now() - since
}

await askWhenMain(makespan, import.meta.url)
