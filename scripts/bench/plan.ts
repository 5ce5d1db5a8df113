/** What a plan costs each decision, beside the same graph without one: `npx tsx scripts/bench/plan.ts`. */
import type { AgentId, GateId, LayerId, MilestoneId, PhaseId } from '../../lib/core/ids.js'
import type { Layout } from '../../lib/core/layout/model.js'
import { forecastSteps } from '../../lib/core/phases/forecast.js'
import { withPhaseGates, withPhases } from '../../lib/core/phases/with-phases.js'
import { parseReportTime } from '../../lib/core/reports/schedule.js'
import { frozenRun } from '../../lib/core/run/index/frozen-run.js'
import { previewLayout } from '../../lib/core/run/preview-layout.js'
import type { RunState } from '../../lib/core/run/state.js'
import { gateOf } from '../../lib/simulate/layout-of.js'
import { simulate } from '../../lib/simulate/simulate.js'
import { wideLayout } from '../../lib/simulate/wide-layout.js'
import { askWhenMain, type Answer, type BenchOptions, type Question } from './support/question.js'
import { mean, percentile, rounded } from './support/statistics.js'

const HOUR = 3_600_000
const TOP = 'L0' as LayerId

export const plan: Question = {
  name: 'plan',
  title: 'A plan of 200 phases and 50 milestones, simulated',
  measure,
}

async function measure({ quick, rounds, say }: BenchOptions): Promise<Answer> {
  const [tasks, agents, phases, milestones] = quick ? [1000, 100, 20, 5] : [10_000, 1000, 200, 50]
  const plain = wideLayout({ tasks, agents, width: tasks / 20 })
  const planned = withDates(withPlan(plain, phases), milestones)
  const costs = { plain: [] as number[], planned: [] as number[] }
  for (let turn = 0; turn < (rounds ?? 1); turn += 1) {
    for (const which of ['plain', 'planned'] as const) {
      say(
        `${tasks} tasks, ${agents} agents, ${which === 'plain' ? 'no plan' : `${phases} phases, ${milestones} milestones`}`,
      )
      run(which === 'plain' ? plain : planned, costs[which])
    }
  }
  const slices = sliced(previewLayout(null, planned, 0))
  const row = (what: string, of: (list: number[]) => number) =>
    [what, rounded(of(costs.plain), 3), rounded(of(costs.planned), 3), 'ms'] as const
  return {
    columns: ['what', 'without a plan', 'with', 'unit'],
    rows: [
      ['decisions', costs.plain.length, costs.planned.length, ''],
      row('a decision, mean', mean),
      row('a decision, p50', (list) => percentile(list, 0.5)),
      row('a decision, p99', (list) => percentile(list, 0.99)),
      row('a decision, longest', (list) => Math.max(...list)),
      ['a forecast of the beginning', '', rounded(slices.sum, 0), 'ms'],
      ['its copy of the run', '', rounded(slices.copy, 1), 'ms'],
      ['its longest step, for which the daemon waits', '', rounded(slices.longest, 1), 'ms'],
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
    notes: [
      'With gates, escalation, reports, sync points and a tenth of the workers standing by; dates are missed, other work stops.',
      'The daemon plays the forecast at most a twentieth of the time, with a pause after every 4 ms; one step may take longer.',
    ],
  }
}

/** Processor time: other processes of the machine do not count. */
function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

/** What the loop waits for: the copy, and each step of the computation. */
function sliced(state: RunState) {
  const begun = process.cpuUsage()
  const frozen = frozenRun(state)
  const copy = cpuMs(begun)
  const steps = forecastSteps(frozen, { now: 0, zone: 'UTC', withHelp: false })
  let [sum, longest] = [0, 0]
  for (let isOver = false; !isOver;) {
    const start = process.cpuUsage()
    isOver = steps.next().done === true
    const took = cpuMs(start)
    sum += took
    longest = Math.max(longest, took)
  }
  return { copy, sum, longest }
}

function run(layout: Layout, costs: number[]): void {
  const { violations } = simulate({
    layout,
    check: false,
    forecastEveryMs: 600_000,
    acks: () => 0,
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
    gate: `gate-${n}` as GateId,
    needs: n < 10 ? [] : [`phase-${n - 10}`],
    issue: null,
    workers:
      n % 10 === 0 ? layout.agents.slice(0, layout.agents.length / 2).map(({ id }): AgentId => id) : [],
  }))
  const tiers = ['P0', 'P1', 'P2'] as const
  const tasks = layout.tasks.map((task, n) => ({ ...task, tier: tiers[n % 3]! }))
  const gates = phases.map(({ id }, n) =>
    gateOf(`gate-${n}`, { approve: n % 2 === 0 ? 'human' : 'none', title: id }),
  )
  const agents = layout.agents.map((agent, n): Layout['agents'][number] =>
    n % 10 === 9 ? { ...agent, standby: ['role_short', 'blocked', 'limited'] } : agent,
  )
  return {
    ...layout,
    agents,
    layers: [{ id: TOP, name: TOP }],
    escalation: [{ layer: TOP, to: ['notify'], afterMs: null }],
    sync: { everyMs: 4 * HOUR, on: ['phase', 'blocker'] },
    reports: { standup: parseReportTime('09:30')!, synthesis: null, weekly: null },
    gates: withPhaseGates(gates, phases),
    phases,
    tasks: withPhases(tasks, phases),
  }
}

/** One after the other through the run; some cannot be kept, and stop other work. */
function withDates(layout: Layout, count: number): Layout {
  const each = Math.floor(layout.phases.length / count)
  const milestones = Array.from({ length: count }, (_, n) => ({
    id: `m-${n}` as MilestoneId,
    title: null,
    due: new Date((n + 1) * HOUR * 0.2).toISOString().slice(0, 19),
    tasks: [`phase-${n * each}`],
    stopOtherWork: n % 10 === 5,
  }))
  return { ...layout, milestones }
}

await askWhenMain(plan, import.meta.url)
