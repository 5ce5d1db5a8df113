/**
 * The task graph: tasks, gates and phases as numbered nodes, edges from a node to what it needs. Everything here and beside it is
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

/** All of its tasks and its gate have to be done; a `PhaseSpec` is one. */
export interface PhaseNode {
  readonly id: string
  readonly tasks: readonly string[]
  readonly gate: string | null
  /** What it needs itself holds it back too, so that a phase without tasks is not done before them. */
  readonly needs: readonly string[]
  readonly title?: string | null
}

export type NodeKind = 'task' | 'gate' | 'phase'

/** Nodes are indexes into these arrays: tasks first, then gates, then phases, each in the order given. */
export interface Graph {
  readonly ids: readonly string[]
  readonly kinds: readonly NodeKind[]
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
  /** Tasks and gate of each phase, as nodes; a node that is in two counts for the first. */
  readonly members: ReadonlyMap<number, readonly number[]>
}

/** Doubled ids: the first one counts. */
export function buildGraph(
  tasks: readonly TaskNode[],
  gates: readonly GateNode[] = [],
  phases: readonly PhaseNode[] = [],
): Graph {
  const ids: string[] = []
  const kinds: NodeKind[] = []
  const titles: (string | null)[] = []
  const estimates: Millis[] = []
  const priorities: number[] = []
  const wanted: (readonly string[])[] = []
  const indexOf = new Map<string, number>()

  const add = (id: string, kind: NodeKind, title: string | null | undefined): boolean => {
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
  for (const phase of phases) {
    if (!add(phase.id, 'phase', phase.title)) continue
    estimates.push(0)
    priorities.push(0)
    wanted.push(heldBy(phase))
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
  const members = membersOf(phases, indexOf, kinds)
  return { ids, kinds, titles, estimates, priorities, indexOf, needs, dependents, order, missing, members }
}

function membersOf(
  phases: readonly PhaseNode[],
  indexOf: ReadonlyMap<string, number>,
  kinds: readonly NodeKind[],
): ReadonlyMap<number, readonly number[]> {
  const members = new Map<number, readonly number[]>()
  const taken = new Set<number>()
  for (const { id, tasks, gate } of phases) {
    const phase = indexOf.get(id)!
    if (kinds[phase] !== 'phase') continue
    const own: number[] = []
    for (const name of gate === null ? tasks : [...tasks, gate]) {
      const node = indexOf.get(name)
      if (node === undefined || kinds[node] === 'phase' || taken.has(node)) continue
      taken.add(node)
      own.push(node)
    }
    members.set(phase, own)
  }
  return members
}

/** What a phase waits for. */
export function heldBy({ tasks, gate, needs }: PhaseNode): readonly string[] {
  return [...tasks, ...(gate === null ? [] : [gate]), ...needs]
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
