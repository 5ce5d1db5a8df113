/** What a plan costs each decision, beside the same graph without one: `npx tsx scripts/bench/plan.ts`. */
import type { AgentId, MilestoneId, PhaseId } from '../../lib/core/ids.js'
import type { Layout } from '../../lib/core/layout/model.js'
import { forecast } from '../../lib/core/phases/forecast.js'
import { withPhases } from '../../lib/core/phases/with-phases.js'
import { previewLayout } from '../../lib/core/run/preview-layout.js'
import { simulate } from '../../lib/simulate/simulate.js'
import { wideLayout } from '../../lib/simulate/wide-layout.js'
import { askWhenMain, type Answer, type BenchOptions, type Question } from './support/question.js'
import { mean, percentile, rounded } from './support/statistics.js'

export const plan: Question = {
  name: 'plan',
  title: 'A plan of 200 phases and 50 milestones, simulated',
  measure,
}

async function measure({ quick, rounds, say }: BenchOptions): Promise<Answer> {
  const [tasks, agents, phases, milestones] = quick ? [1000, 100, 20, 5] : [10_000, 1000, 200, 50]
  const plain = wideLayout({ tasks, agents, width: tasks / 20 })
  const planned = withPlan(plain, phases)
  const costs = { plain: [] as number[], planned: [] as number[] }
  for (let turn = 0; turn < (rounds ?? 1); turn += 1) {
    for (const which of ['plain', 'planned'] as const) {
      say(`${tasks} tasks, ${agents} agents, ${which === 'plain' ? 'no plan' : `${phases} phases`}`)
      run(which === 'plain' ? plain : planned, costs[which])
    }
  }
  const begun = process.cpuUsage()
  forecast(previewLayout(null, withDates(planned, milestones), 0), { now: 0, zone: 'UTC', withHelp: false })
  const forecastMs = cpuMs(begun)
  const row = (what: string, of: (list: number[]) => number) =>
    [what, rounded(of(costs.plain), 3), rounded(of(costs.planned), 3), 'ms'] as const
  return {
    columns: ['what', 'without a plan', 'with', 'unit'],
    rows: [
      ['decisions', costs.plain.length, costs.planned.length, ''],
      row('a decision, mean', mean),
      row('a decision, p50', (list) => percentile(list, 0.5)),
      row('a decision, p99', (list) => percentile(list, 0.99)),
      ['one forecast of the beginning, with the fold', '', rounded(forecastMs, 0), 'ms'],
    ],
    targets: [
      {
        text: 'a decision with a plan, mean',
        value: rounded(mean(costs.planned), 3),
        limit: 1,
        unit: ' ms',
        kind: 'most',
      },
    ],
    notes: ['The daemon plays the forecast at most a twentieth of the time; no decision waits for it.'],
  }
}

/** Processor time: other processes of the machine do not count. */
function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

function run(layout: Layout, costs: number[]): void {
  const { violations } = simulate({
    layout,
    check: false,
    timed: (decision) => {
      const start = process.cpuUsage()
      const result = decision()
      costs.push(cpuMs(start))
      return result
    },
  })
  if (violations.length > 0) throw new Error(violations[0])
}

/** Rows of tasks as phases, each after the one ten before; tiers in turn; each tenth phase has workers of its own. */
function withPlan(layout: Layout, count: number): Layout {
  const size = Math.ceil(layout.tasks.length / count)
  const phases = Array.from({ length: count }, (_, n) => ({
    id: `phase-${n}` as PhaseId,
    title: null,
    goal: null,
    tasks: layout.tasks.slice(n * size, (n + 1) * size).map(({ id }) => id),
    gate: null,
    needs: n < 10 ? [] : [`phase-${n - 10}`],
    workers:
      n % 10 === 0 ? layout.agents.slice(0, layout.agents.length / 2).map(({ id }): AgentId => id) : [],
  }))
  const tiers = ['P0', 'P1', 'P2'] as const
  const tasks = layout.tasks.map((task, n) => ({ ...task, tier: tiers[n % 3]! }))
  return { ...layout, phases, tasks: withPhases(tasks, phases) }
}

/** Dates stand apart: in the simulator each instant would play a forecast, which the daemon does not. */
function withDates(layout: Layout, count: number): Layout {
  const each = Math.floor(layout.phases.length / count)
  const milestones = Array.from({ length: count }, (_, n) => ({
    id: `m-${n}` as MilestoneId,
    title: null,
    due: '1970-02-01',
    tasks: [`phase-${n * each}`],
    stopOtherWork: false,
  }))
  return { ...layout, milestones }
}

await askWhenMain(plan, import.meta.url)
