/** `github` of `status --json` (contract §7): one row for each connected machine. */
import type { MachineState } from '../words.js'

export interface GithubRow {
  readonly machine: string
  readonly repository: string
  readonly state: MachineState
  readonly problems: readonly string[]
  /** The newest finished run of each workflow on the default branch; red ones first. */
  readonly runs: readonly WorkflowRow[]
  readonly outbox: OutboxCounts
  readonly polled_at: string | null
}

export interface WorkflowRow {
  readonly workflow: string
  readonly conclusion: string
  /** Since when it has been so, as far back as GitHub listed. */
  readonly since: string
  readonly job: string | null
  readonly step: string | null
  /** The lines that say why. */
  readonly text: string | null
  /** What to do; null: nobody knows it. */
  readonly fix: string | null
  readonly url: string
}

export interface OutboxCounts {
  readonly pending: number
  readonly uncertain: number
  readonly refused: number
}

/** The issue of a task, in `status --json`. */
export interface IssueRow {
  readonly number: number
  readonly url: string | null
  /** null: GitHub was not asked yet. */
  readonly state: 'open' | 'closed' | null
}
