import type { Graph } from './graph.js'

/** One cycle of each tangle, as ids that each need the next, the first repeated at the end: `[a, b, a]`. */
export function findCycles(graph: Graph): readonly (readonly string[])[] {
  if (graph.order.length === graph.ids.length) return []
  const sorted = new Set(graph.order)
  const visitedBy = new Map<number, number>()
  const cycles: string[][] = []
  for (let start = 0; start < graph.ids.length; start += 1) {
    if (sorted.has(start) || visitedBy.has(start)) continue
    // What the sort left over always needs something that it left over too, so that a walk along needs ends in a circle.
    const walk: number[] = []
    let node = start
    while (!visitedBy.has(node)) {
      visitedBy.set(node, start)
      walk.push(node)
      node = graph.needs[node]!.find((need) => !sorted.has(need))!
    }
    if (visitedBy.get(node) === start) cycles.push(named(graph, walk.slice(walk.indexOf(node))))
  }
  return cycles
}

export function findCycle(graph: Graph): readonly string[] | null {
  return findCycles(graph)[0] ?? null
}

export function hasCycle(graph: Graph): boolean {
  return graph.order.length < graph.ids.length
}

/** `a → b → a`; a long one is shown by its ends. */
export function formatCycle(cycle: readonly string[], arrow = '→'): string {
  const shown = cycle.length <= 12 ? cycle : [...cycle.slice(0, 6), '…', ...cycle.slice(-3)]
  return shown.join(` ${arrow} `)
}

/** Begins with the node that stands first in the layout, so that the same cycle always reads the same. */
function named(graph: Graph, circle: readonly number[]): string[] {
  let first = 0
  for (const [at, node] of circle.entries()) if (node < circle[first]!) first = at
  const turned = [...circle.slice(first), ...circle.slice(0, first), circle[first]!]
  return turned.map((node) => graph.ids[node]!)
}
