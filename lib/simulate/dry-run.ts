/** What a run would take if every estimate held, found by running it in virtual time. */
import { criticalPath } from '../core/dag/critical-path.js'
import { buildGraph } from '../core/dag/graph.js'
import { makespanLowerBound } from '../core/dag/makespan.js'
import { waves } from '../core/dag/waves.js'
import type { Layout, TaskSpec } from '../core/layout/model.js'
import type { Millis } from '../core/time.js'
import { simulate } from './simulate.js'

export interface DryRun {
  readonly waves: readonly (readonly string[])[]
  readonly criticalPath: { readonly ids: readonly string[]; readonly lengthMs: Millis }
  readonly expectedMakespanMs: Millis
  /** No schedule with these agents ends sooner. */
  readonly lowerBoundMs: Millis
  readonly schedule: readonly {
    readonly task: string
    readonly agent: string | null
    readonly machine: string
    readonly startMs: Millis
    readonly endMs: Millis
  }[]
}

/** Ideal machines: all online, every attempt succeeds, hand-over costs nothing. Disabled tasks and what needs them are left out. */
export function dryRun(layout: Layout): DryRun {
  const graph = buildGraph(layout.tasks, layout.gates)
  const { path, ms } = criticalPath(graph)
  const { state, makespan } = simulate({ layout, check: false })
  const schedule = []
  for (const { task, agent, machine, startedAt, endedAt } of state.attempts.values()) {
    const startMs = startedAt - (state.startedAt ?? 0)
    schedule.push({ task, agent, machine, startMs, endMs: (endedAt ?? startedAt) - (state.startedAt ?? 0) })
  }
  return {
    waves: waves(graph),
    criticalPath: { ids: path, lengthMs: ms },
    expectedMakespanMs: makespan,
    lowerBoundMs: makespanLowerBound(graph, eligibleIn(layout)),
    schedule,
  }
}

function eligibleIn(layout: Layout): (task: string) => readonly string[] {
  const tasks = new Map<string, TaskSpec>(layout.tasks.map((task) => [task.id, task]))
  const everybody = layout.agents.map((agent) => agent.id as string)
  const byRole = new Map<string, readonly string[]>()
  return (id) => {
    const task = tasks.get(id)
    if (task === undefined || task.kind === 'command') return []
    if (task.agent !== null) return [task.agent]
    if (task.role === null) return everybody
    let named = byRole.get(task.role)
    if (named === undefined) {
      named = layout.agents.filter((agent) => agent.role === task.role).map((agent) => agent.id)
      byRole.set(task.role, named)
    }
    return named
  }
}
