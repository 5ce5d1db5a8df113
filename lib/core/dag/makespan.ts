import type { Millis } from '../time.js'
import { criticalPath, remainingMs } from './critical-path.js'
import type { Graph } from './graph.js'

/** Who may take a task: names of workers, each of which does one task at a time. Empty: it needs no worker. */
export type Eligible = (taskId: string) => readonly string[]

/** Nothing finishes sooner: the critical path, or the work of the tasks that only certain workers may do, shared among them. */
export function makespanLowerBound(graph: Graph, eligible: Eligible): Millis {
  const groups = new Map<string, { workers: readonly string[]; ms: Millis }>()
  let all = 0
  const everybody = new Set<string>()
  for (const [node, id] of graph.ids.entries()) {
    if (graph.kinds[node] !== 'task') continue
    const workers = eligible(id)
    if (workers.length === 0) continue
    const key = [...workers].sort().join(' ')
    const group = groups.get(key) ?? { workers, ms: 0 }
    group.ms += graph.estimates[node]!
    groups.set(key, group)
    all += graph.estimates[node]!
    for (const worker of workers) everybody.add(worker)
  }
  let bound = criticalPath(graph).ms
  if (everybody.size > 0) bound = Math.max(bound, all / everybody.size)
  for (const { workers, ms } of groups.values()) bound = Math.max(bound, ms / new Set(workers).size)
  return Math.ceil(bound)
}

export interface Schedule {
  readonly ms: Millis
  readonly slots: readonly {
    readonly task: string
    readonly worker: string | null
    readonly startMs: Millis
    readonly endMs: Millis
  }[]
}

/**
 * What a run would take if every estimate held: tasks go, as soon as they may, to the first free worker that may take them;
 * by priority, then by the longest way behind them. An estimate, not a promise: hand-over and checks cost nothing here.
 */
export function expectedSchedule(graph: Graph, eligible: Eligible): Schedule {
  const remaining = remainingMs(graph)
  const before = (a: number, b: number) =>
    graph.priorities[a]! - graph.priorities[b]! ||
    (remaining.get(graph.ids[b]!) ?? 0) - (remaining.get(graph.ids[a]!) ?? 0) ||
    a - b
  const open = graph.needs.map((list) => list.length)
  const busy = new Set<string>()
  const workers = graph.ids.map((id, node) => (graph.kinds[node] === 'task' ? eligible(id) : []))
  const crowd = new Set(workers.flat()).size
  let ready: number[] = graph.order.filter((node) => open[node] === 0)
  const running: { node: number; worker: string | null; endMs: Millis }[] = []
  const slots: { task: string; worker: string | null; startMs: Millis; endMs: Millis }[] = []
  let now = 0

  const finish = (node: number) => {
    for (const dependent of graph.dependents[node]!) {
      open[dependent] = open[dependent]! - 1
      if (open[dependent] === 0) ready.push(dependent)
    }
  }
  while (ready.length > 0 || running.length > 0) {
    for (let at = 0; at < ready.length; at += 1) if (graph.kinds[ready[at]!] !== 'task') finish(ready[at]!)
    ready = ready.filter((node) => graph.kinds[node] === 'task').sort(before)
    const waiting: number[] = []
    for (const node of ready) {
      const candidates = workers[node]!
      const worker = busy.size < crowd ? candidates.find((name) => !busy.has(name)) : undefined
      // With everybody at work only tasks without a worker can still start; looking no further keeps 5,000 quick.
      if (worker === undefined && candidates.length > 0) {
        waiting.push(node)
        continue
      }
      if (worker !== undefined) busy.add(worker)
      const endMs = now + graph.estimates[node]!
      running.push({ node, worker: worker ?? null, endMs })
      slots.push({ task: graph.ids[node]!, worker: worker ?? null, startMs: now, endMs })
    }
    ready = waiting
    now = running.reduce((soonest, job) => Math.min(soonest, job.endMs), Infinity)
    for (let at = running.length - 1; at >= 0; at -= 1) {
      const job = running[at]!
      if (job.endMs > now) continue
      running.splice(at, 1)
      if (job.worker !== null) busy.delete(job.worker)
      finish(job.node)
    }
  }
  return { ms: slots.reduce((latest, slot) => Math.max(latest, slot.endMs), 0), slots }
}
