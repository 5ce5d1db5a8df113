import type { RunGraph } from './index-graph.js'

/** Everything that needs `id`, through tasks, gates, phases and waves. */
export function dependentsOf({ nodes }: Pick<RunGraph, 'nodes'>, id: string): ReadonlySet<string> {
  const found = new Set<string>()
  const open = [...(nodes.get(id)?.dependents ?? [])]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next) || next === id) continue
    found.add(next)
    open.push(...(nodes.get(next)?.dependents ?? []))
  }
  return found
}
