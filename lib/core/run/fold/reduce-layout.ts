import { buildGraph } from '../../dag/graph.js'
import { askedId } from '../../ids.js'
import type { AgentSpec, GateSpec, Layout, TaskSpec } from '../../layout/model.js'
import type { RunEvent } from '../events.js'
import { push, type Fold } from './fold.js'
import { rebuildIndex } from '../index/index-run.js'
import { bindBySpec } from './reduce-issues.js'
import { newGate } from './reduce-gates.js'
import { isThere } from '../index/agent-state.js'
import { agentAt } from '../index/agent-tree.js'
import { isBeingStopped } from '../index/machine-reach.js'
import { followReportTimes } from './reduce-reports.js'
import { newTask } from './new-task.js'
import { startsDifferently } from '../running-spec.js'
import type { AgentRecord, RunState, TaskRecord } from '../state.js'
import { sameValue } from '../../same-value.js'

type LayoutEvent = Extract<RunEvent, { type: 'layout.applied' }>

/** What is new is added, what is gone is wanted away, what lives is left alone. */
export function reduceLayout(fold: Fold, event: LayoutEvent): void {
  const { state, at } = fold
  const { layout } = event
  followReportTimes(state, state.layout, layout, at)
  state.layout = layout
  applyMachines(state, layout, at)
  applyAgents(state, layout, event)
  applyTasks(state, layout, at)
  for (const task of state.tasks.values()) bindBySpec(state, task.spec)
  for (const id of state.issues.keys()) if (!state.tasks.has(id)) state.issues.delete(id)
  applyGates(state, layout, at)
  const milestones = new Set<string>(layout.milestones.map(({ id }) => id))
  for (const id of state.milestones.keys()) if (!milestones.has(id)) state.milestones.delete(id)
  dropCircularNeeds(state, layout)
  // A run that has ended stays ended: what is new waits for `run.started`.
  fold.index = rebuildIndex(state)
  push(fold, fold.index.graph.nodes.keys())
}

function applyMachines(state: RunState, layout: Layout, at: number): void {
  const used = new Set<string>([...state.agents.values()].filter(isThere).map((agent) => agent.machine))
  for (const attempt of state.attempts.values()) if (attempt.phase !== 'ended') used.add(attempt.machine)
  // And what leads to them.
  for (const id of used) {
    const spec = state.machines.get(askedId(id))?.spec
    if (spec?.kind === 'ssh' && spec.jump !== null) used.add(spec.jump)
  }
  const listed = new Set<string>(layout.machines.map((machine) => machine.id))
  for (const id of state.machines.keys()) if (!listed.has(id) && !used.has(id)) state.machines.delete(id)
  for (const spec of layout.machines) {
    const known = state.machines.get(spec.id)
    if (known !== undefined) state.machines.set(spec.id, { ...known, spec })
    else {
      state.machines.set(spec.id, {
        spec,
        state: 'unknown',
        reason: null,
        since: at,
        load1: null,
        cores: null,
      })
    }
  }
}

function applyAgents(state: RunState, layout: Layout, event: LayoutEvent): void {
  const listed = new Set<string>(layout.agents.map((agent) => agent.id))
  for (const agent of state.agents.values()) {
    if (!listed.has(agent.spec.id)) {
      state.agents.set(agent.spec.id, { ...agent, wanted: 'removed', restartAt: null })
    }
  }
  for (const spec of layout.agents) {
    const known = state.agents.get(spec.id)
    const next = known === undefined ? newAgent(spec) : changedAgent(state, known, event, spec)
    state.agents.set(spec.id, {
      ...next,
      specChanged: isThere(next) && startsDifferently(next, agentAt(state, next, next.machine)),
    })
  }
}

function newAgent(spec: AgentSpec): AgentRecord {
  return {
    spec,
    wanted: atRest(spec),
    machine: spec.machine,
    generation: 0,
    process: { status: 'absent' },
    mode: spec.mode,
    observation: null,
    attempt: null,
    restarts: [],
    restartRequested: false,
    restartAt: null,
    coolUntil: null,
    troubles: 0,
    lastUsedAt: null,
    startedAs: null,
    specChanged: false,
    called: null,
  }
}

/** What is wanted of an agent when nothing has been said of it. */
function atRest(spec: AgentSpec): AgentRecord['wanted'] {
  return spec.standby.length > 0 ? 'standby' : 'running'
}

function changedAgent(
  state: RunState,
  known: AgentRecord,
  { at, revive }: LayoutEvent,
  spec: AgentSpec,
): AgentRecord {
  const lives = isThere(known)
  const back = known.wanted === 'removed' || (known.wanted === 'stopped' && revive)
  // One that stood by no longer does, or the other way round; one that runs is sent away when it is idle.
  const isFreed = known.wanted === 'standby' && spec.standby.length === 0
  const wanted = back || isFreed ? atRest(spec) : known.wanted
  const again = wanted === 'running' && known.process.status === 'exited' && (revive || back || isFreed)
  // Its stop is under way, and what was begun cannot be taken back: it ends, and starts again after that.
  const isStopping = back && isBeingStopped(state, known)
  return {
    ...known,
    spec,
    wanted,
    restartRequested: known.restartRequested || isStopping,
    machine: lives ? known.machine : spec.machine,
    ...(again ? { restartAt: at, restarts: [], coolUntil: null, troubles: 0 } : {}),
  }
}

const REMOVED = 'it is not in the layout any more'

function applyTasks(state: RunState, layout: Layout, at: number): void {
  const listed = new Set<string>(layout.tasks.map((task) => task.id))
  for (const task of state.tasks.values()) {
    if (task.origin === 'submitted' || listed.has(task.spec.id)) continue
    if (task.attempts.length === 0) state.tasks.delete(task.spec.id)
    else state.tasks.set(task.spec.id, removedTask(task, at))
  }
  for (const spec of layout.tasks) {
    const known = state.tasks.get(spec.id)
    state.tasks.set(spec.id, known === undefined ? newTask(spec, at, 'layout') : listedTask(known, spec, at))
  }
}

function removedTask(task: TaskRecord, at: number): TaskRecord {
  const removed = { ...task, removed: true }
  if (task.status === 'COMPLETED' || task.status === 'CANCELLED') return removed
  // What a person asked for before keeps its reason.
  if (task.status === 'IN_PROGRESS') return { ...removed, cancelRequested: task.cancelRequested ?? REMOVED }
  return { ...removed, status: 'CANCELLED', reason: REMOVED, endedAt: at, stuck: false, notBefore: null }
}

function listedTask(known: TaskRecord, spec: TaskSpec, at: number): TaskRecord {
  const next = {
    ...known,
    spec: withNeeds(spec, known.addedNeeds),
    origin: 'layout' as const,
    removed: false,
  }
  if (known.status === 'COMPLETED') return next
  if (known.status === 'IN_PROGRESS') {
    // Brought back while its attempt was being ended: that ends, or goes on, and the task is not cancelled.
    return known.removed && known.cancelRequested === REMOVED ? { ...next, cancelRequested: null } : next
  }
  if (spec.disabled)
    return known.spec.disabled && !known.removed ? next : { ...next, ...DISABLED, endedAt: at }
  return known.removed || known.spec.disabled ? { ...next, ...pendingAgain(known) } : next
}

const DISABLED = {
  status: 'CANCELLED',
  reason: 'disabled in the layout',
  stuck: false,
  notBefore: null,
} as const

/** As if it had not been tried: earlier attempts do not count. */
function pendingAgain({ attempts }: TaskRecord): Partial<TaskRecord> {
  return {
    status: 'PENDING',
    reason: null,
    endedAt: null,
    notBefore: null,
    stuck: false,
    onFallback: false,
    alreadyDone: 'unchecked',
    budgetFrom: attempts.length,
  }
}

function withNeeds(spec: TaskSpec, added: readonly string[]): TaskSpec {
  const missing = added.filter((need) => !spec.needs.includes(need))
  return missing.length === 0 ? spec : { ...spec, needs: [...spec.needs, ...missing] }
}

/** Needs that were added while running may contradict the edited file: the file wins. */
function dropCircularNeeds(state: RunState, layout: Layout): void {
  const specs = [...state.tasks.values()].map((task) => task.spec)
  const { order, ids } = buildGraph(specs, layout.gates, layout.phases)
  if (order.length === ids.length) return
  for (const spec of layout.tasks) {
    const task = state.tasks.get(spec.id)
    if (task !== undefined) state.tasks.set(spec.id, { ...task, spec, addedNeeds: [] })
  }
}

function applyGates(state: RunState, layout: Layout, at: number): void {
  const listed = new Set<string>(layout.gates.map((gate) => gate.id))
  for (const id of state.gates.keys()) if (!listed.has(id)) state.gates.delete(id)
  for (const spec of layout.gates) {
    const known = state.gates.get(spec.id)
    const isAsked = known === undefined || (known.status !== 'open' && asksOtherwise(known.spec, spec))
    state.gates.set(spec.id, isAsked ? newGate(spec, at) : { ...known, spec })
  }
}

/** What was checked, or is being checked, was another question. */
function asksOtherwise(a: GateSpec, b: GateSpec): boolean {
  const question = (spec: GateSpec) => {
    const { verify, approve, machine, cwd, criteria, quorum } = spec
    return [verify, approve, machine, cwd, criteria, quorum]
  }
  return !sameValue(question(a), question(b))
}
