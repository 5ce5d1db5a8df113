/**
 * Everything that `decide` would otherwise search for, derived from the records. `reduce` keeps it up to date through
 * `fold.ts`; it can always be built anew from the records alone, which is what happens the first time it is asked for.
 */
import { buildGraph, heldBy } from '../../dag/graph.js'
import { remainingMs } from '../../dag/critical-path.js'
import { waveNumbers } from '../../dag/waves.js'
import { askedId, type AgentId, type AttemptId, type GateId, type MachineId, type TaskId } from '../../ids.js'
import type { MilestoneParts } from '../../phases/plan-specs.js'
import type { ReportTime, ScheduledKind } from '../../reports/spec.js'
import type { Millis } from '../../time.js'
import { focusOf } from './focus.js'
import { addNode, nodeOf, setOutcome, type Outcome, type RunGraph } from './index-graph.js'
import { makePool, poolKey, type Pool } from './index-pools.js'
import { ReadyList, type Rank } from './index-ready.js'
import { findRoots } from './root-cause.js'
import { isTrouble } from './trouble.js'
import type { GateRecord, RunState, TaskRecord } from '../state.js'

interface DueReport {
  readonly time: ReportTime
  readonly zone: string
  readonly last: Millis
  readonly next: Millis
}

export interface RunIndex {
  readonly graph: RunGraph
  readonly pools: Map<string, Pool>
  /** The same pools: a key of hundreds of workers is too long to be made for each event. */
  readonly poolsBySpec: WeakMap<TaskRecord['spec'], Pool>
  /** Ready `type: command` tasks by their machine: they need no agent. null: the local machine. */
  readonly jobs: Map<MachineId | null, ReadyList>
  /** READY, but not before a time. */
  readonly delayed: Set<TaskId>
  /** READY, and first to be asked whether the work is there already. */
  readonly toCheck: Set<TaskId>
  readonly gatesToCheck: Set<GateId>
  readonly liveAttempts: Set<AttemptId>
  /** Live attempts by machine. */
  readonly busy: Map<MachineId, number>
  /** Agents that stand by, or are called from there. */
  readonly standbys: readonly AgentId[]
  /** When each report is due after the last one: as long as its time, the zone and the last one are these. */
  readonly reportTimes: Map<ScheduledKind, DueReport>
  /** What each milestone consists of, by the names that it lists: looked up once a layout. */
  readonly milestoneParts: Map<readonly string[], MilestoneParts>
  /** Only these are dispatched; null: all. */
  focus: ReadonlySet<string> | null
  /** Tasks that are neither COMPLETED, FAILED, BLOCKED nor CANCELLED. */
  openTasks: number
  /** Gates whose needs are met and that are neither open nor failed. */
  openGates: number
  /** FAILED or BLOCKED. */
  readonly trouble: Set<TaskId>
  /** Those of `trouble` that are a cause themselves; null: to be looked up again. */
  roots: readonly TaskId[] | null
}

/** Each bundle of the built program has a copy of this file: the symbol finds what another copy derived. */
const INDEX = Symbol.for('orchestra.run-index')

export function indexOf(state: RunState): RunIndex {
  return (state as { readonly [INDEX]?: RunIndex })[INDEX] ?? rebuildIndex(state)
}

/** Not enumerable: a copy of the state has an index of its own. */
export function setIndex(state: RunState, index: RunIndex): void {
  Object.defineProperty(state, INDEX, { value: index, writable: true, configurable: true })
}

export function rebuildIndex(state: RunState): RunIndex {
  const index: RunIndex = {
    graph: { nodes: new Map(), nextSeq: 0 },
    pools: new Map(),
    poolsBySpec: new WeakMap(),
    jobs: new Map(),
    delayed: new Set(),
    toCheck: new Set(),
    gatesToCheck: new Set(),
    liveAttempts: new Set(),
    busy: new Map(),
    standbys: [...state.agents.values()].flatMap(({ spec, wanted }) =>
      spec.standby.length > 0 && wanted !== 'removed' ? [spec.id] : [],
    ),
    reportTimes: new Map(),
    milestoneParts: new Map(),
    focus: focusOf(state),
    openTasks: 0,
    openGates: 0,
    trouble: new Set(),
    roots: null,
  }
  buildNodes(state, index)
  for (const task of state.tasks.values()) listTask(state, index, task)
  for (const gate of state.gates.values()) listGate(index, gate)
  for (const attempt of state.attempts.values()) {
    if (attempt.phase !== 'ended') countAttempt(index, attempt.id, attempt.machine)
  }
  setIndex(state, index)
  return index
}

function buildNodes(state: RunState, index: RunIndex): void {
  const { graph } = index
  const specs = [...state.tasks.values()].map((task) => task.spec)
  const gates = [...state.gates.values()].map((gate) => gate.spec)
  const phases = state.layout?.phases ?? []
  const dag = buildGraph(specs, gates, phases)
  const waves = waveNumbers(dag)
  const barrier = state.layout?.waves.barrier === true
  for (const { id, needs, estimateMs } of specs) {
    const wave = waves.get(id) ?? 1
    const all = barrier && wave > 1 ? [...needs, `wave:${wave - 1}`] : needs
    addNode(graph, { id, kind: 'task', needs: all, estimateMs })
  }
  for (const { id, after } of gates) addNode(graph, { id, kind: 'gate', needs: after, estimateMs: 0 })
  for (const phase of phases) {
    // An id that is taken is a mistake of the layout: a submitted task may have been there first.
    if (dag.kinds[dag.indexOf.get(phase.id)!] !== 'phase') continue
    addNode(graph, { id: phase.id, kind: 'phase', needs: heldBy(phase), estimateMs: 0 })
  }
  if (barrier) addBarriers(graph, specs, waves)
  const remaining = remainingMs(dag)
  for (const node of graph.nodes.values()) {
    node.remainingMs = remaining.get(node.id) ?? node.estimateMs
    node.wave = waves.get(node.id) ?? node.wave
  }
  for (const task of state.tasks.values()) setOutcome(graph, nodeOf(graph, task.spec.id), taskOutcome(task))
  for (const id of dag.order) {
    const node = nodeOf(graph, dag.ids[id]!)
    const gate = state.gates.get(askedId(dag.ids[id]!))
    if (gate !== undefined && node.kind === 'gate') setOutcome(graph, node, gateOutcome(gate, node.broken))
    else if (node.kind === 'phase') setOutcome(graph, node, passedOn(node))
  }
  for (let wave = 1; graph.nodes.has(`wave:${wave}`); wave += 1) {
    const node = nodeOf(graph, `wave:${wave}`)
    setOutcome(graph, node, passedOn(node))
  }
  findRoots(state, graph)
}

/** A wave is a node between its tasks and those of the next: so barriers open, break and mend as needs do. */
function addBarriers(
  graph: RunGraph,
  specs: readonly TaskRecord['spec'][],
  waves: ReadonlyMap<string, number>,
): void {
  const members: string[][] = []
  for (const { id } of specs) {
    const wave = waves.get(id) ?? 1
    members[wave] ??= wave > 1 ? [`wave:${wave - 1}`] : []
    members[wave].push(id)
  }
  for (const [wave, needs] of members.entries()) {
    if (needs !== undefined) addNode(graph, { id: `wave:${wave}`, kind: 'wave', needs, estimateMs: 0 })
  }
}

export function passedOn(node: { readonly unmet: number; readonly broken: number }): Outcome {
  return node.broken > 0 ? 'broken' : node.unmet > 0 ? 'open' : 'met'
}

const OUTCOME = {
  PENDING: 'open',
  READY: 'open',
  IN_PROGRESS: 'open',
  COMPLETED: 'met',
  FAILED: 'broken',
  BLOCKED: 'broken',
  CANCELLED: 'broken',
} as const satisfies Record<TaskRecord['status'], Outcome>

export function taskOutcome(task: TaskRecord): Outcome {
  return task.notNeeded ? 'met' : OUTCOME[task.status]
}

export function gateOutcome(gate: GateRecord, broken: number): Outcome {
  if (gate.status === 'open') return 'met'
  return gate.status === 'failed' || broken > 0 ? 'broken' : 'open'
}

export function poolOf(state: RunState, index: RunIndex, task: TaskRecord): Pool {
  const known = task.onFallback ? undefined : index.poolsBySpec.get(task.spec)
  if (known !== undefined) return known
  const key = poolKey(task)
  let pool = index.pools.get(key)
  if (pool === undefined) {
    pool = makePool(state, task)
    index.pools.set(key, pool)
  }
  if (!task.onFallback) index.poolsBySpec.set(task.spec, pool)
  return pool
}

export function rankOf(index: RunIndex, task: TaskRecord): Rank {
  const { remainingMs, seq } = nodeOf(index.graph, task.spec.id)
  const { id, tier, priority } = task.spec
  return { task: id, tier, remainingMs, priority, seq }
}

/** Enters a task where its record says that it belongs. `unlistTask` with the same record takes it out again. */
export function listTask(state: RunState, index: RunIndex, task: TaskRecord): void {
  const id = task.spec.id
  if (taskOutcome(task) === 'open') index.openTasks += 1
  if (task.spec.kind === 'prompt') poolOf(state, index, task).members.add(id)
  if (isTrouble(task)) {
    index.trouble.add(id)
    index.roots = null
  }
  if (task.status !== 'READY' || index.focus?.has(id) === false) return
  if (task.spec.whenAlreadyDone !== null && task.alreadyDone === 'unchecked') index.toCheck.add(id)
  else if (task.notBefore !== null) index.delayed.add(id)
  else readyList(state, index, task).add(rankOf(index, task))
}

export function unlistTask(state: RunState, index: RunIndex, task: TaskRecord): void {
  const id = task.spec.id
  if (taskOutcome(task) === 'open') index.openTasks -= 1
  if (task.spec.kind === 'prompt') poolOf(state, index, task).members.delete(id)
  if (index.trouble.delete(id)) index.roots = null
  index.toCheck.delete(id)
  index.delayed.delete(id)
  readyList(state, index, task).delete(id)
}

/** A milestone has other work stop, or no longer: the lists of what may start follow. */
export function refocus(state: RunState, index: RunIndex): void {
  const before = index.focus
  const after = focusOf(state)
  index.focus = after
  for (const task of state.tasks.values()) {
    const { id } = task.spec
    if (task.status !== 'READY' || (before?.has(id) ?? true) === (after?.has(id) ?? true)) continue
    unlistTask(state, index, task)
    listTask(state, index, task)
  }
}

function readyList(state: RunState, index: RunIndex, task: TaskRecord): ReadyList {
  if (task.spec.kind !== 'command') return poolOf(state, index, task).ready
  const { machine } = task.spec
  let list = index.jobs.get(machine)
  if (list === undefined) index.jobs.set(machine, (list = new ReadyList()))
  return list
}

export function listGate(index: RunIndex, gate: GateRecord): void {
  if (gate.status === 'checking') index.gatesToCheck.add(gate.spec.id)
  if (gate.status === 'checking' || gate.status === 'waiting') index.openGates += 1
}

export function unlistGate(index: RunIndex, gate: GateRecord): void {
  index.gatesToCheck.delete(gate.spec.id)
  if (gate.status === 'checking' || gate.status === 'waiting') index.openGates -= 1
}

export function countAttempt(index: RunIndex, id: AttemptId, machine: MachineId): void {
  if (index.liveAttempts.has(id)) return
  index.liveAttempts.add(id)
  index.busy.set(machine, (index.busy.get(machine) ?? 0) + 1)
}

export function uncountAttempt(index: RunIndex, id: AttemptId, machine: MachineId): void {
  if (!index.liveAttempts.delete(id)) return
  index.busy.set(machine, (index.busy.get(machine) ?? 0) - 1)
}
