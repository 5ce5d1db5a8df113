/** The graph of fifteen tasks with demo agents, beside its critical path and a loop that looks every 2 s: `npx tsx scripts/bench/makespan.ts`. */
import { readFileSync } from 'node:fs'
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
      say(`round ${turn} of ${turns}: about ${Math.round(pathMs / 1000)} s`)
      const ran = await orchestra.run(['run', '--wait'], { timeoutMs: 300_000 })
      if (ran.code !== 0) throw new Error(`run: exit ${ran.code}\n${ran.stdout}${ran.stderr}`)
      const status = await orchestra.json<StatusDocument>('status')
      ours.push(spanOf(status.tasks))
      loops.push(pollingLoop(tasks, status.tasks, 2000 / speed))
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
      [
        `script that looks every ${2 / speed} s (reckoned from the same durations)`,
        rounded(loop / 1000, 2),
        rounded(loop / pathMs, 4),
      ],
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

/**
 * As the shell scripts do it: every 2 s see who is done, then start what has nothing left to wait for. Reckoned, with
 * as much time for each task as it took here.
 */
function pollingLoop(tasks: readonly TaskSpec[], ran: readonly TaskRow[], everyMs: number): number {
  const took = new Map(ran.map((row) => [row.id, spanOf([row])]))
  const endOf = new Map<string, number>()
  const seen = new Set<string>()
  for (let now = 0; ; now += everyMs) {
    for (const [id, end] of endOf) if (end <= now) seen.add(id)
    if (seen.size === tasks.length) return now
    for (const { id, needs } of tasks)
      if (!endOf.has(id) && needs.every((need) => seen.has(need))) endOf.set(id, now + (took.get(id) ?? 0))
  }
}

await askWhenMain(makespan, import.meta.url)
