/** What a decision costs, and how far the schedule is from the best possible: `npx tsx scripts/bench/scheduler.ts`. */
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { criticalPath } from '../../lib/core/dag/critical-path.js'
import { buildGraph } from '../../lib/core/dag/graph.js'
import { lowerBoundMs } from '../../lib/simulate/lower-bound.js'
import { simulate } from '../../lib/simulate/simulate.js'
import { wideLayout } from '../../lib/simulate/wide-layout.js'

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '10000' },
    agents: { type: 'string', default: '1000' },
    json: { type: 'boolean', default: false },
  },
})
const layout = wideLayout({ tasks: Number(values.tasks), agents: Number(values.agents) })
const costs: number[] = []
const begun = performance.now()
const { makespan, events, violations } = simulate({
  layout,
  check: false,
  timed: (decision) => {
    const start = performance.now()
    const result = decision()
    costs.push(performance.now() - start)
    return result
  },
})
const totalMs = performance.now() - begun
const bound = lowerBoundMs(layout, criticalPath(buildGraph(layout.tasks)).ms)
costs.sort((a, b) => a - b)
const at = (share: number) =>
  Number((costs[Math.min(costs.length - 1, Math.floor(costs.length * share))] ?? 0).toFixed(3))
const decisionMs = costs.reduce((sum, cost) => sum + cost, 0)
const result = {
  tasks: layout.tasks.length,
  agents: layout.agents.length,
  decisions: costs.length,
  events: events.length,
  mean_ms: Number((decisionMs / costs.length).toFixed(3)),
  p50_ms: at(0.5),
  p99_ms: at(0.99),
  max_ms: at(1),
  event_us: Number((((totalMs - decisionMs) * 1000) / events.length).toFixed(1)),
  makespan_s: makespan / 1000,
  lower_bound_s: bound / 1000,
  ratio: Number((makespan / bound).toFixed(4)),
  violations: violations.length,
}
if (values.json) console.log(JSON.stringify(result))
else for (const [name, value] of Object.entries(result)) console.log(`${name.padEnd(14)} ${value}`)
