import type { MatrixRow, WorkerRow, WorkersDocument } from '../protocol/workers.js'
import { agentState, isListed } from '../run/index/agent-state.js'
import { isoTime } from '../iso-time.js'
import type { AgentRecord, AttemptRecord, RunState, TaskRecord } from '../run/state.js'
import type { Millis } from '../time.js'
import { isLeftOut } from './left-out.js'
import { agentRoleOf, taskRoleOf } from './role-of.js'

export function workersDocument(state: RunState, now: Millis): WorkersDocument {
  const agents = [...state.agents.values()].filter(isListed)
  const spans = spansOf(state, now)
  return {
    version: 1,
    session: state.layout?.session ?? '',
    at: isoTime(now),
    workers: agents.map((agent) => workerRow(state, agent, spans.get(agent.spec.id) ?? [])),
    matrix: matrix(state, agents, now),
  }
}

interface Span {
  readonly workedMs: Millis
  readonly blockedMs: Millis
  readonly isGood: boolean
}

function spansOf(state: RunState, now: Millis): ReadonlyMap<string, readonly Span[]> {
  const found = new Map<string, Span[]>()
  for (const attempt of state.attempts.values()) {
    if (attempt.agent === null) continue
    const list = found.get(attempt.agent)
    if (list === undefined) found.set(attempt.agent, [spanOf(attempt, now)])
    else list.push(spanOf(attempt, now))
  }
  return found
}

/** An attempt is blocked while it waits for a person, a limit or its machine: its time-out does not count then either. */
function spanOf(attempt: AttemptRecord, now: Millis): Span {
  const end = attempt.endedAt ?? now
  const open = attempt.suspendedSince === null ? 0 : Math.max(0, end - attempt.suspendedSince)
  const blockedMs = attempt.suspendedMs + open
  const workedMs = Math.max(0, end - attempt.startedAt - blockedMs)
  return { workedMs, blockedMs, isGood: attempt.status === 'succeeded' }
}

function workerRow(state: RunState, agent: AgentRecord, spans: readonly Span[]): WorkerRow {
  const { spec } = agent
  const workedMs = sum(spans.map((span) => span.workedMs))
  const blockedMs = sum(spans.map((span) => span.blockedMs))
  const attempt = agent.attempt === null ? undefined : state.attempts.get(agent.attempt)
  const phases = (state.layout?.phases ?? []).filter((phase) =>
    phase.tasks.some((id) => {
      const task = state.tasks.get(id as TaskRecord['spec']['id'])
      return task !== undefined && mayTake(agent, task)
    }),
  )
  return {
    id: spec.id,
    role: spec.role,
    machine: agent.machine,
    state: agentState(state, agent),
    reason: agent.process.status === 'exited' ? agent.process.reason : (agent.observation?.text ?? null),
    task: attempt?.task ?? null,
    standby: spec.standby,
    phases: phases.map(({ id }) => id),
    completed: spans.filter(({ isGood }) => isGood).length,
    attempts: spans.length,
    worked_s: seconds(workedMs),
    blocked_s: seconds(blockedMs),
    blocked_share: workedMs + blockedMs === 0 ? null : share(blockedMs, workedMs),
  }
}

function mayTake({ spec }: AgentRecord, { spec: task }: TaskRecord): boolean {
  if (task.kind === 'command' || (task.workers.length > 0 && !task.workers.includes(spec.id))) return false
  return task.agent === null ? task.role === null || task.role === spec.role : task.agent === spec.id
}

function matrix(state: RunState, agents: readonly AgentRecord[], now: Millis): MatrixRow[] {
  const rows = new Map<string, { -readonly [K in keyof MatrixRow]: MatrixRow[K] }>()
  const rowOf = (role: string | null, phase: string | null, machine: string) => {
    const key = JSON.stringify([phase, role, machine])
    let row = rows.get(key)
    if (row === undefined) {
      row = {
        role,
        phase,
        machine,
        workers: 0,
        completed: 0,
        in_progress: 0,
        ready: 0,
        worked_s: 0,
        blocked_s: 0,
      }
      rows.set(key, row)
    }
    return row
  }
  // Agents that may do the same are counted once for each kind of task.
  const counted = new Set<string>()
  for (const task of state.tasks.values()) {
    if (isLeftOut(task) || task.spec.kind === 'command') continue
    const { phase, workers, agent } = task.spec
    const role = taskRoleOf(state, task)
    const kind = JSON.stringify([role, phase, agent, workers])
    const isNew = !counted.has(kind)
    counted.add(kind)
    if (isNew || task.status === 'READY') {
      const able = agents.filter((one) => mayTake(one, task))
      for (const machine of new Set(able.map((one) => one.machine))) {
        const row = rowOf(role, phase, machine)
        if (isNew) row.workers = Math.max(row.workers, able.filter((one) => one.machine === machine).length)
        if (task.status === 'READY') row.ready += 1
      }
    }
    for (const id of task.attempts) {
      const attempt = state.attempts.get(id)
      if (attempt === undefined || attempt.agent === null) continue
      const { workedMs, blockedMs, isGood } = spanOf(attempt, now)
      const row = rowOf(role ?? agentRoleOf(state, attempt.agent), phase, attempt.machine)
      row.worked_s += workedMs / 1000
      row.blocked_s += blockedMs / 1000
      if (isGood) row.completed += 1
      if (attempt.phase !== 'ended') row.in_progress += 1
    }
  }
  const order = new Map((state.layout?.phases ?? []).map(({ id }, at) => [id as string, at]))
  const place = ({ phase }: MatrixRow) => (phase === null ? Infinity : (order.get(phase) ?? Infinity))
  return [...rows.values()]
    .map((row) => ({ ...row, worked_s: Math.round(row.worked_s), blocked_s: Math.round(row.blocked_s) }))
    .toSorted((a, b) => (place(a) === place(b) ? compare(a, b) : place(a) - place(b)))
}

function compare(a: MatrixRow, b: MatrixRow): number {
  const [x, y] = [`${a.role ?? ''} ${a.machine}`, `${b.role ?? ''} ${b.machine}`]
  return x < y ? -1 : Number(x > y)
}

function share(blocked: Millis, worked: Millis): number {
  return Math.round((blocked / (blocked + worked)) * 1000) / 1000
}

function seconds(ms: Millis): number {
  return Math.round(ms / 1000)
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
