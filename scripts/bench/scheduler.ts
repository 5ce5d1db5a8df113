/** What a decision costs, and how far the schedule is from the best possible: `npx tsx scripts/bench/scheduler.ts`. */
import { criticalPath } from '../../lib/core/dag/critical-path.js'
import { buildGraph } from '../../lib/core/dag/graph.js'
import { lowerBoundMs } from '../../lib/simulate/lower-bound.js'
import { simulate } from '../../lib/simulate/simulate.js'
import { wideLayout } from '../../lib/simulate/wide-layout.js'
import { askWhenMain, type Answer, type BenchOptions, type Question } from './support/question.js'
import { mean, percentile, rounded } from './support/statistics.js'

export const scheduler: Question = { name: 'scheduler', title: 'Scheduler, simulated', measure }

async function measure({ quick, rounds, say }: BenchOptions): Promise<Answer> {
  const [tasks, agents] = quick ? [1000, 100] : [10_000, 1000]
  const layout = wideLayout({ tasks, agents })
  const costs: number[] = []
  let last: ReturnType<typeof simulate> | undefined
  for (let turn = 0; turn < (rounds ?? 1); turn++) {
    say(`${tasks} tasks, ${agents} agents`)
    last = simulate({
      layout,
      check: false,
      timed: (decision) => {
        const start = performance.now()
        const result = decision()
        costs.push(performance.now() - start)
        return result
      },
    })
  }
  if (last === undefined) throw new Error('at least one round')
  const { makespan, events, violations } = last
  const bound = lowerBoundMs(layout, criticalPath(buildGraph(layout.tasks)).ms)
  const ratio = rounded(makespan / bound, 4)
  return {
    columns: ['what', 'value', 'unit'],
    rows: [
      ['tasks', layout.tasks.length, ''],
      ['agents', layout.agents.length, ''],
      ['decisions', costs.length, ''],
      ['events', events.length, ''],
      ['a decision, mean', rounded(mean(costs), 3), 'ms'],
      ['a decision, p50', rounded(percentile(costs, 0.5), 3), 'ms'],
      ['a decision, p99', rounded(percentile(costs, 0.99), 3), 'ms'],
      ['a decision, longest', rounded(percentile(costs, 1), 3), 'ms'],
      ['makespan', makespan / 1000, 's'],
      ['lower bound', bound / 1000, 's'],
      ['makespan over the lower bound', ratio, 'x'],
      ['invariants broken', violations.length, ''],
    ],
    targets: [
      { text: 'a decision, mean', value: rounded(mean(costs), 3), limit: 1, unit: ' ms', kind: 'most' },
      { text: 'makespan over the lower bound', value: ratio, limit: 1.05, unit: ' x', kind: 'most' },
    ],
    notes: [],
  }
}

await askWhenMain(scheduler, import.meta.url)
