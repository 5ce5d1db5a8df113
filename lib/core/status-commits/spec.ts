/** `status_commits:` of a layout. */
import type { MachineId } from '../ids.js'
import { fields, flag, list, orNull, text, word } from '../shape.js'

/** `phase`: when a phase is complete. */
export const STATUS_COMMIT_REASONS = ['phase'] as const
export type StatusCommitReason = (typeof STATUS_COMMIT_REASONS)[number]

export interface StatusCommitSpec {
  /** Empty: none are made. */
  readonly on: readonly StatusCommitReason[]
  /** In whose `repo`; null: on the local machine. */
  readonly machine: MachineId | null
  /** Refused where another branch is checked out. */
  readonly branch: string
  /** A commit although nothing is staged. */
  readonly allowEmpty: boolean
}

export const statusCommitsShape = fields<StatusCommitSpec>({
  on: list(word(...STATUS_COMMIT_REASONS)),
  machine: orNull(text()),
  branch: text(),
  allowEmpty: flag,
})
export const NO_STATUS_COMMITS: StatusCommitSpec = {
  on: [],
  machine: null,
  branch: 'main',
  allowEmpty: false,
}
