import type { Graph } from './graph.js'

/** Nodes that are not done and whose needs all are: tasks that may start, gates that may be checked. In the layout's order. */
export function readySet(graph: Graph, isDone: (id: string) => boolean): readonly string[] {
  const done = graph.ids.map(isDone)
  return graph.ids.filter((_, node) => !done[node] && graph.needs[node]!.every((need) => done[need]))
}

/** Everything that waits for one of `ids`, however far down; without `ids` themselves unless they wait for each other. */
export function dependentsOf(graph: Graph, ids: Iterable<string>): ReadonlySet<string> {
  return reach(graph, ids, graph.dependents)
}

/** Everything that one of `ids` waits for, however far up. */
export function needsOf(graph: Graph, ids: Iterable<string>): ReadonlySet<string> {
  return reach(graph, ids, graph.needs)
}

function reach(graph: Graph, ids: Iterable<string>, edges: Graph['needs']): ReadonlySet<string> {
  const found = new Set<number>()
  const todo: number[] = []
  for (const id of ids) {
    const node = graph.indexOf.get(id)
    if (node !== undefined) todo.push(node)
  }
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    for (const next of edges[node]!) {
      if (found.has(next)) continue
      found.add(next)
      todo.push(next)
    }
  }
  return new Set([...found].map((node) => graph.ids[node]!))
}
