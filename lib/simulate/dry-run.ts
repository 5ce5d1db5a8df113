/** What a run would take if every estimate held, found by running it in virtual time. */
import { criticalPath } from '../core/dag/critical-path.js'
import { buildGraph } from '../core/dag/graph.js'
import { waves } from '../core/dag/waves.js'
import type { Layout } from '../core/layout/model.js'
import type { Millis } from '../core/time.js'
import { lowerBoundMs } from './lower-bound.js'
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

/** Ideal machines: all online, every attempt succeeds, hand-over costs nothing. Disabled tasks and what needs them are not run. */
export function dryRun(layout: Layout): DryRun {
  const graph = buildGraph(layout.tasks, layout.gates, layout.phases)
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
    lowerBoundMs: lowerBoundMs(layout, ms),
    schedule,
  }
}
