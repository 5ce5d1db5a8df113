/** What the verbs of GitHub ask and are answered. */
import type { IssueFacts } from '../github/model.js'
import type { GithubRow } from '../github/rows.js'
import type { GithubSpec } from '../github/spec.js'

/** `github status`. */
export interface GithubStatus {
  readonly connections: readonly ConnectionStatus[]
}

export interface ConnectionStatus extends GithubRow {
  readonly mode: GithubSpec['mode']
  /** Who the token belongs to; null: it does not say. */
  readonly login: string | null
  readonly issues: number
  readonly comments: number
  readonly budget: {
    readonly limit: number | null
    readonly remaining: number | null
    readonly reset_at: string | null
    readonly not_before: string | null
  }
  readonly requests: {
    readonly sent: number
    readonly counted: number
    readonly not_modified: number
    readonly writes: number
  }
}

/** `github check`. */
export interface GithubFinding {
  readonly machine: string
  readonly name: string
  readonly state: 'ok' | 'note' | 'warn' | 'bad'
  readonly text: string
  readonly fix: string | null
}

/** What an import reads of GitHub. */
export interface GithubImport {
  readonly machine: string
  readonly repository: string
  readonly tierLabels: GithubSpec['tierLabels']
  readonly issues: readonly IssueFacts[]
  /** Ids of tasks that are bound already, by the number of their issue. */
  readonly bound: Readonly<Record<string, string>>
  /** When GitHub said so last. */
  readonly polled_at: string | null
}
