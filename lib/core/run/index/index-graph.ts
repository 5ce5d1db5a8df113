/**
 * The graph as the fold needs it: for every task, gate and wave how many of its needs are not met yet, who waits for it,
 * and the longest way behind it. Grows by one node at a time without a look at the others.
 */
import type { Millis } from '../../time.js'

/** `broken`: it will never be met unless somebody does something. */
export type Outcome = 'open' | 'met' | 'broken'

export interface GraphNode {
  readonly id: string
  /** `missing`: needed by somebody, not known (yet). */
  kind: 'task' | 'gate' | 'phase' | 'wave' | 'missing'
  needs: string[]
  readonly dependents: string[]
  outcome: Outcome
  /** Needs that are not met, the broken ones included. */
  unmet: number
  broken: number
  estimateMs: Millis
  remainingMs: Millis
  /** Order of submission. */
  seq: number
  wave: number
  /** Of a blocked node: what it is in the end that failed. */
  root: string | null
}

export interface RunGraph {
  readonly nodes: Map<string, GraphNode>
  nextSeq: number
}

export interface NewNode {
  readonly id: string
  readonly kind: 'task' | 'gate' | 'phase' | 'wave'
  readonly needs: readonly string[]
  readonly estimateMs: Millis
}

export function nodeOf(graph: RunGraph, id: string): GraphNode {
  const known = graph.nodes.get(id)
  if (known !== undefined) return known
  const node: GraphNode = {
    id,
    kind: 'missing',
    needs: [],
    dependents: [],
    outcome: 'broken',
    unmet: 0,
    broken: 0,
    estimateMs: 0,
    remainingMs: 0,
    seq: 0,
    wave: 0,
    root: `${id} does not exist`,
  }
  graph.nodes.set(id, node)
  return node
}

/** Adds a node, or fills the place of one that was missing. Its own outcome is still that of before (new: `broken`). */
export function addNode(graph: RunGraph, init: NewNode): GraphNode {
  const node = nodeOf(graph, init.id)
  node.kind = init.kind
  node.estimateMs = init.estimateMs
  node.remainingMs = init.estimateMs
  for (const dependent of node.dependents) {
    node.remainingMs = Math.max(node.remainingMs, init.estimateMs + nodeOf(graph, dependent).remainingMs)
  }
  node.seq = graph.nextSeq
  node.wave = init.kind === 'task' ? 1 : 0
  node.root = null
  graph.nextSeq += 1
  for (const need of init.needs) addNeed(graph, node, need)
  return node
}

/** False when it needed that already. */
export function addNeed(graph: RunGraph, node: GraphNode, id: string): boolean {
  if (node.needs.includes(id)) return false
  const need = nodeOf(graph, id)
  node.needs.push(id)
  need.dependents.push(node.id)
  if (need.outcome !== 'met') node.unmet += 1
  if (need.outcome === 'broken') node.broken += 1
  raiseWave(graph, node, need.wave)
  return true
}

function raiseWave(graph: RunGraph, node: GraphNode, after: number): void {
  const todo: { readonly node: GraphNode; readonly after: number }[] = [{ node, after }]
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const wave = next.after + (next.node.kind === 'task' ? 1 : 0)
    if (wave <= next.node.wave) continue
    next.node.wave = wave
    for (const id of next.node.dependents) todo.push({ node: nodeOf(graph, id), after: wave })
  }
}

/** Returns the nodes that must be looked at again. */
export function setOutcome(graph: RunGraph, node: GraphNode, outcome: Outcome): readonly string[] {
  const before = node.outcome
  if (before === outcome) return []
  node.outcome = outcome
  const unmet = Number(outcome !== 'met') - Number(before !== 'met')
  const broken = Number(outcome === 'broken') - Number(before === 'broken')
  for (const id of node.dependents) {
    const dependent = nodeOf(graph, id)
    dependent.unmet += unmet
    dependent.broken += broken
  }
  return node.dependents
}

/** Lengthens the ways above a node after it got longer or was added. Returns the nodes whose length changed. */
export function raiseRemaining(graph: RunGraph, from: GraphNode): readonly GraphNode[] {
  const changed: GraphNode[] = []
  const todo = [from]
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    for (const id of node.needs) {
      const need = nodeOf(graph, id)
      const length = need.estimateMs + node.remainingMs
      if (length <= need.remainingMs || need.kind === 'missing') continue
      need.remainingMs = length
      changed.push(need)
      todo.push(need)
    }
  }
  return changed
}

/** Whether `from` waits for `target`, however far up. Barriers do not count: they are numbered anew. */
export function waitsFor(graph: RunGraph, from: string, target: string): boolean {
  const seen = new Set<string>([from])
  const todo = [from]
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (id === target) return true
    for (const need of graph.nodes.get(id)?.needs ?? []) {
      if (seen.has(need) || graph.nodes.get(need)?.kind === 'wave') continue
      seen.add(need)
      todo.push(need)
    }
  }
  return false
}
