/**
 * When the rest will be done, from the journal alone: the schedule of what is left, once with the median and once with the
 * p90 of how long tasks of each role really took. A milestone is on time when even the slow schedule keeps its date, at risk
 * when only the median does, late when neither does.
 */
import type { MilestoneForecast } from './milestone-forecast.js'
import { lateBy, milestoneNow } from './milestone-now.js'
import { indexOf } from '../run/index/index-run.js'
import type { RunState, TaskRecord } from '../run/state.js'
import { parseDue } from '../time-zone.js'
import type { Millis } from '../time.js'
import { criticalWaySteps, type Way } from './critical-way.js'
import { helpSteps, type Help } from './help.js'
import { isLeftOut } from './left-out.js'
import { runEnd } from './run-end.js'
import { paceFor, pacesSteps, type Pace, type Paces } from './pace.js'
import type { MilestoneSpec, MilestoneState } from './plan-specs.js'
import { taskRoleOf } from './role-of.js'
import { scheduleSteps, type Schedule } from './schedule.js'
import { drained, type Steps } from '../steps.js'

export interface Forecast {
  readonly at: Millis
  readonly endAt: Millis
  readonly slowEndAt: Millis
  /** Of what goes on without a person; null: the run does not go on, or nobody can do some of it. */
  readonly runEndAt: Millis | null
  /** Of all that is left, as long as estimates say. */
  readonly workMs: Millis
  readonly tasks: number
  readonly milestones: readonly MilestoneForecast[]
  readonly path: Way
  readonly paces: readonly Pace[]
  readonly schedule: Schedule
  readonly help: readonly Help[]
}

export interface ForecastOptions {
  readonly now: Millis
  readonly zone: string
  /** What would help costs several schedules more. */
  readonly withHelp?: boolean
}

export function forecast(state: RunState, options: ForecastOptions): Forecast {
  return drained(forecastSteps(state, options))
}

/** The same in small steps, over a state that does not change in between (`frozenRun`). */
export function* forecastSteps(
  state: RunState,
  { now, zone, withHelp = true }: ForecastOptions,
): Steps<Forecast> {
  const paces = yield* pacesSteps(state)
  yield
  const median = factorOf(state, paces, 'median')
  const { focus } = indexOf(state)
  const likely = yield* scheduleSteps(state, { now, factor: median, focus })
  const slow = yield* scheduleSteps(state, { now, factor: factorOf(state, paces, 'p90'), focus })
  yield
  const milestones: MilestoneForecast[] = []
  for (const spec of state.layout?.milestones ?? []) {
    milestones.push(milestoneForecast(state, spec, { now, zone, likely, slow }))
    yield
  }
  const open = [...state.tasks.values()].filter((task) => task.status !== 'COMPLETED' && !isLeftOut(task))
  yield
  const path = yield* criticalWaySteps(state, now, median)
  yield
  return {
    at: now,
    endAt: likely.endAt,
    slowEndAt: slow.endAt,
    runEndAt: runEnd(state, likely),
    workMs: open.reduce((sum, task) => sum + task.spec.estimateMs, 0),
    tasks: open.length,
    milestones,
    path,
    paces: [...paces.byRole.values(), paces.all].filter(({ samples }) => samples > 0),
    schedule: likely,
    help: withHelp ? yield* helpSteps(state, { now, factor: median, focus, likely, milestones }) : [],
  }
}

function factorOf(state: RunState, paces: Paces, which: 'median' | 'p90'): (task: TaskRecord) => number {
  const known = new Map<string | null, number>()
  return (task) => {
    const role = taskRoleOf(state, task)
    let factor = known.get(role)
    if (factor === undefined) known.set(role, (factor = paceFor(paces, role)[which]))
    return factor
  }
}

interface Schedules {
  readonly now: Millis
  readonly zone: string
  readonly likely: Schedule
  readonly slow: Schedule
}

function milestoneForecast(state: RunState, spec: MilestoneSpec, { now, zone, likely, slow }: Schedules) {
  const { tasks, open, names, isDone, doneAt } = milestoneNow(state, spec)
  const dueAt = parseDue(spec.due, zone) ?? Infinity
  const base = {
    id: spec.id,
    title: spec.title,
    dueAt,
    done: tasks.length - open.length,
    total: tasks.length,
  }
  if (isDone) {
    const lateMs = lateBy(doneAt, dueAt)
    return {
      ...base,
      state: 'done' as const,
      forecastAt: doneAt,
      slowAt: doneAt,
      lateMs,
      slowLateMs: lateMs,
      stuck: [],
    }
  }
  const endIn = ({ ends }: Schedule) =>
    [...open.map((task) => task.spec.id), ...names].reduce<Millis>(
      (last, id) => Math.max(last, ends.get(id) ?? now),
      now,
    )
  const [forecastAt, slowAt] = [endIn(likely), endIn(slow)]
  const stuck = open.filter(isStuck).map((task) => task.spec.id)
  return {
    ...base,
    state: stateOf(forecastAt, slowAt, dueAt, stuck.length > 0),
    forecastAt,
    slowAt,
    lateMs: Math.max(0, forecastAt - dueAt),
    slowLateMs: Math.max(0, slowAt - dueAt),
    stuck,
  }
}

function stateOf(likely: Millis, slow: Millis, due: Millis, isStuckSomewhere: boolean): MilestoneState {
  if (likely > due) return 'late'
  return slow > due || isStuckSomewhere ? 'at_risk' : 'on_time'
}

/** It waits for a person, and so does whatever needs it. */
function isStuck({ status }: TaskRecord): boolean {
  return status === 'FAILED' || status === 'BLOCKED' || status === 'CANCELLED'
}
