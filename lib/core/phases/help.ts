/** What would bring the end nearer, found by playing it: more workers of a role, or less to do. */
import type { RunState, TaskRecord } from '../run/state.js'
import type { Millis } from '../time.js'
import type { MilestoneForecast } from './milestone-forecast.js'
import { isLeftOut } from './left-out.js'
import { scheduleSteps, type Schedule } from './schedule.js'
import type { Steps } from '../steps.js'

export type Help = {
  /** The milestone that it is for; null: the end of everything. */
  readonly milestone: string | null
  readonly earlierMs: Millis
  readonly endAt: Millis
  /** The milestone's date is kept by it. */
  readonly isEnough: boolean
} & (
  | { readonly kind: 'workers'; readonly role: string | null; readonly count: number }
  /** Tasks of that tier that nothing else waits for. */
  | { readonly kind: 'drop'; readonly tier: 'P1' | 'P2'; readonly tasks: readonly string[] }
)

interface HelpOptions {
  readonly now: Millis
  readonly factor: (task: TaskRecord) => number
  readonly focus: ReadonlySet<string> | null
  readonly likely: Schedule
  readonly milestones: readonly MilestoneForecast[]
}

const MOST_WORKERS = 3
/** Less is within the error of any estimate. */
const WORTH = 0.01

/** For the milestones that are not on time, the worst first; without any, for the end of everything. */
export function* helpSteps(state: RunState, options: HelpOptions): Steps<Help[]> {
  const targets = targetsOf(state, options)
  if (targets.length === 0) return []
  const tries = [...workerTries(state), ...dropTries(state)]
  const found = new Map<string, Help>()
  for (const one of tries) {
    const played = yield* scheduleSteps(state, { ...options, ...one.change })
    for (const target of targets) {
      const endAt = target.endIn(played)
      const earlierMs = target.endAt - endAt
      // Nothing of it is left: that is no help.
      if (endAt === 0 || earlierMs <= 0 || earlierMs < (target.endAt - options.now) * WORTH) continue
      const key = `${target.milestone} ${one.key}`
      const known = found.get(key)
      // One worker more is the better advice unless another one more is what it takes.
      if (
        known !== undefined &&
        (known.isEnough || known.endAt - endAt < (target.endAt - options.now) * WORTH)
      )
        continue
      const isEnough = target.dueAt === null || endAt <= target.dueAt
      found.set(key, { milestone: target.milestone, earlierMs, endAt, isEnough, ...one.what })
    }
  }
  return [...found.values()].toSorted((a, b) => b.earlierMs - a.earlierMs)
}

interface Target {
  readonly milestone: string | null
  readonly dueAt: Millis | null
  readonly endAt: Millis
  readonly endIn: (played: Schedule) => Millis
}

function targetsOf(state: RunState, { likely, milestones }: HelpOptions): Target[] {
  if (milestones.length === 0) {
    const { endAt } = likely
    return [{ milestone: null, dueAt: null, endAt, endIn: (played) => played.endAt }]
  }
  return milestones.flatMap(({ id, state: is, dueAt, forecastAt }) => {
    const names = state.layout?.milestones.find((spec) => spec.id === id)?.tasks ?? []
    if (is === 'on_time' || is === 'done' || forecastAt === null) return []
    const endIn = ({ ends }: Schedule) => Math.max(0, ...names.map((name) => ends.get(name) ?? 0))
    return [{ milestone: id, dueAt, endAt: forecastAt, endIn }]
  })
}

interface Try {
  /** Tries of one key are steps of the same advice. */
  readonly key: string
  readonly change: Pick<Parameters<typeof scheduleSteps>[1], 'more' | 'without'>
  readonly what:
    | { readonly kind: 'workers'; readonly role: string | null; readonly count: number }
    | { readonly kind: 'drop'; readonly tier: 'P1' | 'P2'; readonly tasks: readonly string[] }
}

function workerTries(state: RunState): Try[] {
  const roles = new Set<string | null>()
  for (const task of openTasks(state))
    if (task.spec.kind === 'prompt' && task.spec.agent === null) roles.add(task.spec.role)
  const tries: Try[] = []
  for (const role of roles) {
    for (let count = 1; count <= MOST_WORKERS; count += 1)
      tries.push({
        key: `workers ${role}`,
        change: { more: { role, count } },
        what: { kind: 'workers', role, count },
      })
  }
  return tries
}

/** All open tasks of the lowest tiers, as far as nothing that stays waits for one of them. */
function dropTries(state: RunState): Try[] {
  const tries: Try[] = []
  for (const tier of ['P2', 'P1'] as const) {
    const out = new Set<string>()
    for (const task of openTasks(state))
      if (task.spec.tier >= tier && task.status !== 'IN_PROGRESS') out.add(task.spec.id)
    keepNeeded(state, out)
    const isMore = out.size > (tries.at(-1)?.change.without?.size ?? 0)
    if (!isMore || out.size === [...openTasks(state)].length) continue
    const tasks = [...out]
    tries.push({ key: `drop ${tier}`, change: { without: out }, what: { kind: 'drop', tier, tasks } })
  }
  return tries
}

/** Takes out of the set what a task outside of it needs. */
function keepNeeded(state: RunState, out: Set<string>): void {
  const todo: TaskRecord[] = [...openTasks(state)].filter((task) => !out.has(task.spec.id))
  for (let task = todo.pop(); task !== undefined; task = todo.pop()) {
    for (const need of task.spec.needs) {
      if (!out.delete(need)) continue
      const kept = state.tasks.get(need as TaskRecord['spec']['id'])
      if (kept !== undefined) todo.push(kept)
    }
  }
}

function* openTasks(state: RunState): Iterable<TaskRecord> {
  for (const task of state.tasks.values()) if (task.status !== 'COMPLETED' && !isLeftOut(task)) yield task
}
