/** Phases and milestones as `status --json` has them. */
import type { MilestoneRow, PhaseRow } from '../protocol/status.js'
import { indexOf } from '../run/index/index-run.js'
import { isoTime } from '../iso-time.js'
import type { AttemptRecord, RunState, TaskRecord } from '../run/state.js'
import type { Millis } from '../time.js'
import type { MilestoneForecast } from './milestone-forecast.js'
import { isLeftOut } from './left-out.js'
import { lateBy, milestoneNow } from './milestone-now.js'
import type { PhaseSpec } from './plan-specs.js'
import { taskRoleOf } from './role-of.js'

/** Roles whose work is planning: a phase in which nothing else was begun is planning. */
const PLANNING = new Set(['plan', 'planning', 'planner'])

export function phaseRows(state: RunState): PhaseRow[] {
  return (state.layout?.phases ?? []).map((phase) => phaseRow(state, phase))
}

function phaseRow(state: RunState, spec: PhaseSpec): PhaseRow {
  const tasks = spec.tasks
    .flatMap((id) => state.tasks.get(id as TaskRecord['spec']['id']) ?? [])
    .filter((task) => !isLeftOut(task))
  const gate = spec.gate === null ? undefined : state.gates.get(spec.gate)
  const done = tasks.filter(({ status }) => status === 'COMPLETED').length
  const failed = tasks.filter(({ status }) => status === 'FAILED' || status === 'BLOCKED').length
  const is = stateOf(state, spec, tasks, done)
  const isOver = is === 'complete'
  const gateAt = gate?.status === 'open' ? gate.since : null
  return {
    id: spec.id,
    title: spec.title,
    goal: spec.goal,
    state: is,
    done,
    total: tasks.length,
    failed,
    tasks: tasks.map((task) => task.spec.id),
    needs: spec.needs,
    workers: spec.workers,
    gate: spec.gate,
    gate_status: gate?.status ?? null,
    estimated_time: Math.round(sum(tasks.map((task) => task.spec.estimateMs)) / 1000),
    worked_time: Math.round(sum(tasks.map((task) => workedMs(state, task))) / 1000),
    started_at: isoTime(least(tasks.map((task) => task.startedAt))),
    ended_at: isOver ? isoTime(most([...tasks.map((task) => task.endedAt), gateAt])) : null,
  }
}

function stateOf(
  state: RunState,
  spec: PhaseSpec,
  tasks: readonly TaskRecord[],
  done: number,
): PhaseRow['state'] {
  const { nodes } = indexOf(state).graph
  if (nodes.get(spec.id)?.outcome === 'met') return 'complete'
  const begun = tasks.filter((task) => task.attempts.length > 0 || task.status === 'COMPLETED')
  if (tasks.length > 0 && done === tasks.length) return 'waiting_for_gate'
  if (begun.length > 0) {
    const isPlanning = begun.every((task) => PLANNING.has(taskRoleOf(state, task) ?? ''))
    return isPlanning && begun.length < tasks.length ? 'planning' : 'in_progress'
  }
  const mayBegin = state.phase === 'running' && tasks.some((task) => task.status === 'READY')
  return mayBegin ? 'planning' : 'not_started'
}

/** All attempts of this run's budget, those that failed too. */
function workedMs(state: RunState, task: TaskRecord): Millis {
  const attempts = task.attempts.flatMap((id) => state.attempts.get(id) ?? [])
  return sum(attempts.map(lengthOf))
}

function lengthOf({ startedAt, endedAt }: AttemptRecord): Millis {
  return endedAt === null ? 0 : Math.max(0, endedAt - startedAt)
}

/** Counts are of now; dates of the last forecast, which may be a second older. */
export function milestoneRows(state: RunState, forecasts: readonly MilestoneForecast[]): MilestoneRow[] {
  const specs = new Map(state.layout?.milestones.map((spec) => [spec.id, spec]))
  return forecasts.map((one) => {
    const spec = specs.get(one.id)
    const now = spec === undefined ? null : milestoneNow(state, spec)
    const isNews = now?.isDone === true && one.state !== 'done'
    const lateMs = isNews ? lateBy(now.doneAt, one.dueAt) : one.lateMs
    return {
      id: one.id,
      title: one.title,
      due: isoTime(Number.isFinite(one.dueAt) ? one.dueAt : null),
      forecast: isoTime(isNews ? now.doneAt : one.forecastAt),
      state: isNews ? 'done' : one.state,
      late_s: Math.round(lateMs / 1000),
      slow_forecast: isoTime(isNews ? now.doneAt : one.slowAt),
      slow_late_s: Math.round((isNews ? lateMs : one.slowLateMs) / 1000),
      done: now === null ? one.done : now.tasks.length - now.open.length,
      total: now === null ? one.total : now.tasks.length,
      stuck: isNews ? [] : one.stuck,
      stop_other_work: spec?.stopOtherWork === true,
      since: isoTime(state.milestones.get(one.id)?.since ?? null),
    }
  })
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}

function least(values: readonly (Millis | null)[]): Millis | null {
  return values.reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null)
}

function most(values: readonly (Millis | null)[]): Millis | null {
  return values.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null)
}
