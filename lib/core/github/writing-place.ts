/** For which repository, and as of when, it is asked what should stand there. */
import type { MachineId } from '../ids.js'
import type { RunState, TaskRecord } from '../run/state.js'
import type { Millis } from '../time.js'
import type { MilestoneFacts } from './model.js'
import type { Work } from './outbox-row.js'
import type { GithubSpec } from './spec.js'

export interface WritingPlace {
  readonly spec: GithubSpec
  /** The number of the issue that all report to; null: there is none, or not yet. */
  readonly master: number | null
  /** The number of the scope's milestone; null: it has none, or it is not known yet. */
  readonly milestone: number | null
  /** All that the repository has. */
  readonly milestones: readonly Pick<MilestoneFacts, 'number' | 'title'>[]
  /** Reports of before are not posted. */
  readonly since: Millis
  readonly now: Millis
  readonly zone: string
  /** What a comment has to say to answer that gate. */
  readonly gateCode: (gate: string, revision: string) => string
}

export interface Wanted {
  readonly work: Work
  /** A person waits for it: it is not put off. */
  readonly urgent: boolean
}

/** A write that may wait. */
export const soon = (work: Work): Wanted => ({ work, urgent: false })

/** Of a task whose issue is in that repository. */
export function issueOf({ issues: bound }: RunState, machine: MachineId, task: TaskRecord): number | null {
  const found = bound.get(task.spec.id)
  return found?.machine === machine ? found.number : null
}
