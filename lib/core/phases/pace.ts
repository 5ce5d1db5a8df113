/**
 * How long work really takes against its estimates. A sample is a task that was completed: the time of all attempts that it
 * took, also waits for a person or a limit in them, over its estimate.
 */
import { agentRoleOf } from './role-of.js'
import type { AttemptRecord, RunState, TaskRecord } from '../run/state.js'
import type { Steps } from '../steps.js'

export interface Pace {
  /** null: of all roles together. */
  readonly role: string | null
  readonly samples: number
  /** Factors over the estimate. */
  readonly median: number
  readonly p90: number
}

export interface Paces {
  readonly byRole: ReadonlyMap<string | null, Pace>
  readonly all: Pace
}

/** Tasks that are looked at in one step. */
const STEP_OF = 200
/** With fewer samples of a role, those of all roles tell more. */
const MIN_SAMPLES = 3
/** The newest of each role count: a crew that has become faster is not held against its past forever. */
const MAX_SAMPLES = 200
const AS_ESTIMATED: Pace = { role: null, samples: 0, median: 1, p90: 1 }

export function* pacesSteps(state: RunState): Steps<Paces> {
  let looked = 0
  const samples = new Map<string | null, { readonly at: number; readonly factor: number }[]>()
  for (const task of state.tasks.values()) {
    if (++looked % STEP_OF === 0) yield
    for (const { at, role, factor } of samplesOf(state, task)) {
      const list = samples.get(role)
      if (list === undefined) samples.set(role, [{ at, factor }])
      else list.push({ at, factor })
    }
  }
  const byRole = new Map<string | null, Pace>()
  const all: number[] = []
  for (const [role, list] of samples) {
    const factors = list
      .toSorted((a, b) => b.at - a.at)
      .slice(0, MAX_SAMPLES)
      .map(({ factor }) => factor)
    all.push(...factors)
    if (factors.length >= MIN_SAMPLES) byRole.set(role, paceFrom(role, factors))
  }
  return { byRole, all: all.length === 0 ? AS_ESTIMATED : paceFrom(null, all) }
}

export function paceFor({ byRole, all }: Paces, role: string | null): Pace {
  return byRole.get(role) ?? all
}

function paceFrom(role: string | null, factors: readonly number[]): Pace {
  const sorted = factors.toSorted((a, b) => a - b)
  return { role, samples: sorted.length, median: quantile(sorted, 0.5), p90: quantile(sorted, 0.9) }
}

/** The smallest value that at least this share of them does not exceed; of an even number the two in the middle share the median. */
function quantile(sorted: readonly number[], share: number): number {
  const place = sorted.length * share
  if (share === 0.5 && Number.isInteger(place)) return (sorted[place - 1]! + sorted[place]!) / 2
  return sorted[Math.max(0, Math.ceil(place) - 1)]!
}

function* samplesOf(
  state: RunState,
  task: TaskRecord,
): Iterable<{ readonly at: number; readonly role: string | null; readonly factor: number }> {
  let spent = 0
  for (const id of task.attempts) {
    const attempt = state.attempts.get(id)
    if (attempt === undefined || attempt.endedAt === null) continue
    spent += Math.max(0, attempt.endedAt - attempt.startedAt)
    if (attempt.status !== 'succeeded') continue
    const estimate = attempt.told.task.estimateMs
    if (estimate > 0) yield { at: attempt.endedAt, role: roleOf(state, attempt), factor: spent / estimate }
    spent = 0
  }
}

function roleOf(state: RunState, attempt: AttemptRecord): string | null {
  return attempt.told.task.role ?? agentRoleOf(state, attempt.agent)
}
