import type { Graph } from './graph.js'

/**
 * The wave of each node, from 1: a task stands one wave after the last task it needs. A gate adds no wave: its number is that
 * of the last wave it waits for (0: none). Nodes in or behind a cycle have none.
 */
export function waveNumbers(graph: Graph): ReadonlyMap<string, number> {
  const wave: number[] = []
  const numbers = new Map<string, number>()
  for (const node of graph.order) {
    let last = 0
    for (const need of graph.needs[node]!) last = Math.max(last, wave[need]!)
    wave[node] = graph.kinds[node] === 'task' ? last + 1 : last
    numbers.set(graph.ids[node]!, wave[node])
  }
  return numbers
}

/** Task ids by wave, each wave in the layout's order. Gates are not listed. */
export function waves(graph: Graph): readonly (readonly string[])[] {
  const numbers = waveNumbers(graph)
  const list: string[][] = []
  for (const [node, id] of graph.ids.entries()) {
    const number = numbers.get(id)
    if (graph.kinds[node] !== 'task' || number === undefined) continue
    while (list.length < number) list.push([])
    list[number - 1]!.push(id)
  }
  return list
}
