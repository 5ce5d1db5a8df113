import type { Graph, GateNode } from '../../../../lib/core/dag/graph.js'
import { buildGraph } from '../../../../lib/core/dag/graph.js'

/** `{ b: ['a'] }`: b needs a. Each task takes one second unless `ms` says otherwise. */
export function graphOf(
  needs: Readonly<Record<string, readonly string[]>>,
  ms: Readonly<Record<string, number>> = {},
  gates: readonly GateNode[] = [],
): Graph {
  const tasks = Object.entries(needs).map(([id, list]) => ({
    id,
    needs: list,
    estimateMs: ms[id] ?? 1000,
    title: `do ${id}`,
  }))
  return buildGraph(tasks, gates)
}
