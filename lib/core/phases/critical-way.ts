import { indexOf } from '../run/index/index-run.js'
import type { RunState, TaskRecord } from '../run/state.js'
import type { Steps } from '../steps.js'
import type { Millis } from '../time.js'
import { isLeftOut } from './left-out.js'
import { leftOf } from './left-of.js'

/** Tasks and gates, first to last; no number of workers ends sooner. */
export interface Way {
  readonly ids: readonly string[]
  readonly ms: Millis
}

/** Nodes that are looked at in one step. */
const STEP_OF = 200

/** The longest way through what is left, with as much time for each task as it will take. */
export function* criticalWaySteps(
  state: RunState,
  now: Millis,
  factor: (task: TaskRecord) => number,
): Steps<Way> {
  let looked = 0
  const { nodes } = indexOf(state).graph
  const length = new Map<string, Millis>()
  const next = new Map<string, string | null>()
  const left = (id: string): Millis => {
    const task = state.tasks.get(id as TaskRecord['spec']['id'])
    if (task === undefined || isLeftOut(task)) return 0
    return leftOf(state, task, task.spec.estimateMs * factor(task), now)
  }
  const open = new Map<string, number>()
  for (const node of nodes.values()) {
    if (++looked % STEP_OF === 0) yield
    if (node.outcome !== 'met' && node.kind !== 'missing')
      open.set(node.id, node.dependents.filter((id) => nodes.get(id)?.outcome !== 'met').length)
  }
  const todo = [...open].flatMap(([id, count]) => (count === 0 ? [id] : []))
  let first: string | null = null
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (++looked % STEP_OF === 0) yield
    const node = nodes.get(id)!
    let behind = 0
    let best: string | null = null
    for (const dependent of node.dependents) {
      const ms = length.get(dependent)
      if (ms !== undefined && (best === null || ms > behind)) [behind, best] = [ms, dependent]
    }
    const ms = behind + left(id)
    length.set(id, ms)
    next.set(id, best)
    if (first === null || ms > length.get(first)!) first = id
    for (const need of node.needs) {
      const count = open.get(need)
      if (count === undefined) continue
      open.set(need, count - 1)
      if (count === 1) todo.push(need)
    }
  }
  const ids: string[] = []
  for (let id = first; id !== null; id = next.get(id) ?? null) {
    const { kind } = nodes.get(id)!
    if (kind === 'gate' || (kind === 'task' && left(id) > 0)) ids.push(id)
  }
  return { ids, ms: first === null ? 0 : Math.ceil(length.get(first)!) }
}
