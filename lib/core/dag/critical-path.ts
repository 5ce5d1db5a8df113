import type { Millis } from '../time.js'
import type { Graph } from './graph.js'

export interface CriticalPath {
  /** Tasks and gates, first to last. */
  readonly path: readonly string[]
  readonly ms: Millis
}

type LeftMs = (id: string, estimateMs: Millis) => Millis
const asEstimated: LeftMs = (_, estimateMs) => estimateMs

/**
 * For each node the longest way from its start to the end of everything that waits for it, itself included.
 * `leftMs` says what is left of a node (0 for a done one); without it, its estimate. Nodes in a cycle or before one are missing.
 */
export function remainingMs(graph: Graph, leftMs: LeftMs = asEstimated): ReadonlyMap<string, Millis> {
  const remaining = remainingByNode(graph, leftMs)
  const result = new Map<string, Millis>()
  for (const node of graph.order) result.set(graph.ids[node]!, remaining[node]!)
  return result
}

/** The longest way through what is left: no number of agents finishes sooner. Done nodes are not on it. */
export function criticalPath(graph: Graph, leftMs: LeftMs = asEstimated): CriticalPath {
  const remaining = remainingByNode(graph, leftMs)
  const longest = (nodes: readonly number[]) => {
    let best: number | undefined
    for (const node of nodes) {
      if (remaining[node] === undefined) continue
      if (best === undefined || remaining[node] > remaining[best]!) best = node
    }
    return best
  }
  const path: string[] = []
  let node = longest(graph.order)
  const ms = node === undefined ? 0 : remaining[node]!
  while (node !== undefined && remaining[node]! > 0) {
    const left = leftMs(graph.ids[node]!, graph.estimates[node]!)
    // A gate may hold the way up; a phase is only the sum of what stands before it on the way.
    if (left > 0 || graph.kinds[node] === 'gate') path.push(graph.ids[node]!)
    node = longest(graph.dependents[node]!)
  }
  return { path, ms }
}

function remainingByNode(graph: Graph, leftMs: LeftMs): (Millis | undefined)[] {
  const remaining: (Millis | undefined)[] = []
  for (let at = graph.order.length - 1; at >= 0; at -= 1) {
    const node = graph.order[at]!
    let behind = 0
    for (const dependent of graph.dependents[node]!) behind = Math.max(behind, remaining[dependent] ?? 0)
    remaining[node] = behind + leftMs(graph.ids[node]!, graph.estimates[node]!)
  }
  return remaining
}
