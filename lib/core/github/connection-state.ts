/** The state of a connected machine, from what the last looks found (contract §7). */
import type { MachineState } from '../words.js'
import type { OutboxCounts, WorkflowRow } from './rows.js'

export interface ConnectionFacts {
  /** Why there is no token; null: there is one. */
  readonly tokenProblem: string | null
  /** GitHub refused the token. */
  readonly isRejected: boolean
  /** Why the last look got no answer; null: it did. */
  readonly unreachable: string | null
  /** Whether the last good look is so old that what it said is not believed. */
  readonly isOld: boolean
  readonly wasPolled: boolean
  /** `until 14:05`; null: nothing holds us up. */
  readonly limited: string | null
  /** Permissions, archived repositories, names that somebody else took. */
  readonly refused: readonly string[]
  readonly runs: readonly WorkflowRow[]
  readonly outbox: OutboxCounts
}

const RED = new Set(['failure', 'timed_out', 'startup_failure'])

export function isRed({ conclusion }: Pick<WorkflowRow, 'conclusion'>): boolean {
  return RED.has(conclusion)
}

export function connectionState(facts: ConnectionFacts): {
  readonly state: MachineState
  readonly reason: string | null
} {
  if (facts.tokenProblem !== null) return { state: 'unknown', reason: facts.tokenProblem }
  if (facts.isRejected) return { state: 'offline', reason: 'GitHub does not take the token (401)' }
  if (facts.unreachable !== null && (facts.isOld || !facts.wasPolled))
    return { state: 'offline', reason: facts.unreachable }
  if (!facts.wasPolled) return { state: 'unknown', reason: 'not looked at yet' }
  const [problem] = connectionProblems(facts)
  return problem === undefined ? { state: 'online', reason: null } : { state: 'degraded', reason: problem }
}

/** The most important first. */
export function connectionProblems(facts: ConnectionFacts): readonly string[] {
  const { outbox } = facts
  return [
    ...(facts.limited === null ? [] : [`GitHub wants fewer requests: nothing is sent ${facts.limited}`]),
    ...facts.refused,
    ...facts.runs.filter(isRed).map(redLine),
    ...(outbox.refused > 0 ? [`${outbox.refused} refused by GitHub, or by us`] : []),
    ...(outbox.uncertain > 0
      ? [`${outbox.uncertain} uncertain: whether GitHub has them is being looked up`]
      : []),
  ]
}

/** As it stands among the problems. */
export function redLine({ workflow, since, job, step, text, fix }: WorkflowRow): string {
  const place = [job === null ? null : `job ${job}`, step === null ? null : `step ${step}`].filter(
    (one) => one !== null,
  )
  const where = place.length === 0 ? '' : ` (${place.join(', ')})`
  const why = text === null ? '' : `: ${text}`
  return `${workflow} is red since ${since.slice(0, 16).replace('T', ' ')}${where}${why}${fix === null ? '' : `; ${fix}`}`
}
