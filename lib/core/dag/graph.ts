/**
 * The task graph: tasks and gates as numbered nodes, edges from a node to what it needs. Everything here and beside it is
 * iterative, so that depth costs no stack (10,000 nodes in a chain are fine).
 */
import type { Millis } from '../time.js'

/** What the graph needs to know of a task; a `TaskSpec` is one. */
export interface TaskNode {
  readonly id: string
  /** Ids of tasks or gates. */
  readonly needs: readonly string[]
  readonly estimateMs: Millis
  readonly priority?: number
  readonly title?: string | null
}

/** A gate has no duration; a `GateSpec` is one. */
export interface GateNode {
  readonly id: string
  readonly after: readonly string[]
  readonly title?: string | null
}

/** Nodes are indexes into these arrays: tasks first, then gates, each in the order given. */
export interface Graph {
  readonly ids: readonly string[]
  readonly kinds: readonly ('task' | 'gate')[]
  readonly titles: readonly (string | null)[]
  readonly estimates: readonly Millis[]
  readonly priorities: readonly number[]
  readonly indexOf: ReadonlyMap<string, number>
  /** What a node waits for, without doubles and unknown ids; a node that needs itself keeps that edge. */
  readonly needs: readonly (readonly number[])[]
  readonly dependents: readonly (readonly number[])[]
  /** Needs before dependents, by index among equals. Shorter than `ids` exactly when there is a cycle. */
  readonly order: readonly number[]
  readonly missing: readonly { readonly node: string; readonly need: string }[]
}

/** Doubled ids: the first one counts. */
export function buildGraph(tasks: readonly TaskNode[], gates: readonly GateNode[] = []): Graph {
  const ids: string[] = []
  const kinds: ('task' | 'gate')[] = []
  const titles: (string | null)[] = []
  const estimates: Millis[] = []
  const priorities: number[] = []
  const wanted: (readonly string[])[] = []
  const indexOf = new Map<string, number>()

  const add = (id: string, kind: 'task' | 'gate', title: string | null | undefined): boolean => {
    if (indexOf.has(id)) return false
    indexOf.set(id, ids.length)
    ids.push(id)
    kinds.push(kind)
    titles.push(title ?? null)
    return true
  }
  for (const task of tasks) {
    if (!add(task.id, 'task', task.title)) continue
    estimates.push(task.estimateMs)
    priorities.push(task.priority ?? 100)
    wanted.push(task.needs)
  }
  for (const gate of gates) {
    if (!add(gate.id, 'gate', gate.title)) continue
    estimates.push(0)
    priorities.push(0)
    wanted.push(gate.after)
  }

  const needs: number[][] = ids.map(() => [])
  const dependents: number[][] = ids.map(() => [])
  const missing: { node: string; need: string }[] = []
  for (const [node, names] of wanted.entries()) {
    for (const name of new Set(names)) {
      const need = indexOf.get(name)
      if (need === undefined) missing.push({ node: ids[node]!, need: name })
      else {
        needs[node]!.push(need)
        dependents[need]!.push(node)
      }
    }
  }
  const order = topologicalOrder(needs, dependents)
  return { ids, kinds, titles, estimates, priorities, indexOf, needs, dependents, order, missing }
}

function topologicalOrder(needs: readonly number[][], dependents: readonly number[][]): number[] {
  const open = needs.map((list) => list.length)
  const order: number[] = []
  for (const [node, count] of open.entries()) if (count === 0) order.push(node)
  for (let next = 0; next < order.length; next += 1) {
    for (const dependent of dependents[order[next]!]!) {
      open[dependent] = open[dependent]! - 1
      if (open[dependent] === 0) order.push(dependent)
    }
  }
  return order
}
