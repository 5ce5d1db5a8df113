/** What reports say of tasks, workers and days, from the state alone. */
import type { PhaseSpec } from '../phases/plan-specs.js'
import { indexOf } from '../run/index/index-run.js'
import type { AgentRecord, AttemptRecord, RunState, TaskRecord } from '../run/state.js'
import { safeText } from '../text/safe-text.js'
import { addDays, civilAt, formatCivil, formatDate, instantOf, type Civil } from '../time-zone.js'
import { formatDuration, type Millis } from '../time.js'
import { askedId, type AgentId, type AttemptId } from '../ids.js'

export interface Facts {
  readonly state: RunState
  readonly now: Millis
  readonly zone: string
  /** When a task is expected to end; null: nobody knows. */
  readonly etaOf: (task: string) => Millis | null
}

/** `ends`: by the forecast. */
export function factsOf(
  state: RunState,
  {
    now,
    zone,
    ends,
  }: { readonly now: Millis; readonly zone: string; readonly ends: ReadonlyMap<string, Millis> },
): Facts {
  return { state, now, zone, etaOf: (task) => ends.get(task) ?? null }
}

export function dateOf({ zone }: Pick<Facts, 'zone'>, at: Millis): string {
  return formatDate(civilAt(at, zone))
}

export function timeOf({ zone }: Pick<Facts, 'zone'>, at: Millis): string {
  return formatCivil(civilAt(at, zone))
}

/** From its first instant to the first of the next one, `back` days ago. */
export function dayOf(
  { zone, now }: Pick<Facts, 'zone' | 'now'>,
  back = 0,
): { readonly from: Millis; readonly to: Millis } {
  const civil: Civil = { ...addDays(civilAt(now, zone), -back), hour: 0, minute: 0, second: 0 }
  return { from: instantOf(civil, zone), to: instantOf(addDays(civil, 1), zone) }
}

export function named({ spec: { id, title } }: TaskRecord): string {
  return title === id ? id : `${id}: ${safeText(title)}`
}

export function attemptsOf({ attempts }: RunState, task: TaskRecord): AttemptRecord[] {
  return task.attempts.flatMap((id: AttemptId) => attempts.get(id) ?? [])
}

/** The agent of the last attempt; null: none, or a command. */
export function workerOf(state: RunState, task: TaskRecord): AgentId | null {
  return attemptsOf(state, task).at(-1)?.agent ?? null
}

export function workedMs(state: RunState, task: TaskRecord, now: Millis): Millis {
  return attemptsOf(state, task).reduce(
    (sum, one) => sum + Math.max(0, (one.endedAt ?? now) - one.startedAt),
    0,
  )
}

export function sayWorked(facts: Facts, task: TaskRecord): string {
  const { length } = task.attempts
  const many = length > 1 ? ` in ${length} attempts` : ''
  return `${formatDuration(workedMs(facts.state, task, facts.now))}${many}`
}

export function tasksWith(
  state: Pick<RunState, 'tasks'>,
  ...statuses: readonly TaskRecord['status'][]
): TaskRecord[] {
  return [...state.tasks.values()].filter(({ status }) => statuses.includes(status))
}

export function completedIn(
  state: Pick<RunState, 'tasks'>,
  { from, to }: { readonly from: Millis; readonly to: Millis },
): TaskRecord[] {
  return tasksWith(state, 'COMPLETED').filter(
    ({ endedAt }) => endedAt !== null && endedAt >= from && endedAt < to,
  )
}

export function sayEta(facts: Facts, task: TaskRecord): string {
  const at = facts.etaOf(task.spec.id)
  return at === null ? 'not known' : timeOf(facts, at)
}

/** Blocked or failed by itself, or behind something that is. */
export function blockedTasks(state: RunState): TaskRecord[] {
  return tasksWith(state, 'FAILED', 'BLOCKED')
}

export function sayReason(task: TaskRecord): string {
  return safeText(task.block?.text ?? task.reason ?? 'no reason is known')
}

/** What may be begun next, best first: READY, then what waits only for work that is under way. */
export function upNext(state: RunState, worker: AgentRecord | null = null): TaskRecord[] {
  const { nodes } = indexOf(state).graph
  const isMine = ({ spec }: TaskRecord) => {
    if (worker === null) return true
    if (spec.kind === 'command') return false
    if (spec.agent !== null) return spec.agent === worker.spec.id
    return spec.role === null || spec.role === worker.spec.role
  }
  const isClose = (task: TaskRecord) =>
    task.spec.needs.every((need) => {
      const status = state.tasks.get(askedId(need))?.status
      return nodes.get(need)?.outcome === 'met' || status === 'IN_PROGRESS'
    })
  const rank = ({ spec }: TaskRecord) => [spec.tier, String(spec.priority).padStart(8, '0')].join()
  const inOrder = (tasks: TaskRecord[]) =>
    tasks.toSorted((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0))
  return [
    ...inOrder(tasksWith(state, 'READY').filter(isMine)),
    ...inOrder(tasksWith(state, 'PENDING').filter((task) => isMine(task) && isClose(task))),
  ]
}

/** `p1.2`: the phase, and the task's place in it from 1. */
export function placeInPhase({ layout }: RunState, task: string): string | null {
  for (const phase of layout?.phases ?? []) {
    const at = phase.tasks.indexOf(task)
    if (at >= 0) return `${phase.id}.${at + 1}`
  }
  return null
}

export function phaseTasks(state: RunState, phase: PhaseSpec): TaskRecord[] {
  return phase.tasks.flatMap((id) => state.tasks.get(askedId(id)) ?? [])
}
