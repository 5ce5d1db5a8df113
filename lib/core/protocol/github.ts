/** What the verbs of GitHub ask and are answered. */
import type { ImportedTask } from '../github/import/to-layout.js'
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

/** `github show`. */
export interface ShownIssue {
  readonly machine: string
  readonly number: number
  readonly url: string
  readonly state: 'open' | 'closed'
  readonly title: string
  readonly author: string | null
  readonly labels: readonly string[]
  readonly updated_at: string
  /** Harmless lines. */
  readonly text: readonly string[]
  /** What was taken out of it, in words. */
  readonly removed: readonly string[]
  /** Of title and text as GitHub has them: what a release is bound to. */
  readonly digest: string
  /** Who released exactly this text; null: nobody. */
  readonly released: string | null
  /** It was released once, and was edited since: lines that are new, and lines that are gone. */
  readonly changed: { readonly added: readonly string[]; readonly gone: readonly string[] } | null
  /** The newest five. */
  readonly comments: readonly {
    readonly author: string
    readonly at: string
    readonly text: readonly string[]
  }[]
}

/** One line of `github outbox`. */
export interface OutboxLine {
  readonly machine: string
  readonly key: string
  readonly kind: string
  readonly state: 'pending' | 'sending' | 'uncertain' | 'sent' | 'refused'
  readonly attempts: number
  readonly created_at: string
  readonly sent_at: string | null
  readonly url: string | null
  readonly reason: string | null
}

/** `github plan`. */
export interface GithubPlan {
  readonly connections: readonly {
    readonly machine: string
    readonly repository: string
    readonly mode: 'read' | 'mirror'
    /** Why nothing would leave now; null: it would. */
    readonly held: string | null
    /** What is asked of GitHub again and again. */
    readonly reads: readonly {
      readonly list: string
      /** What is known of it already. */
      readonly known: number
      readonly every_s: number
    }[]
    readonly writes: readonly {
      readonly key: string
      readonly says: string
      readonly act: 'create' | 'change'
    }[]
    /** Mails that somebody gets who watches the repository. */
    readonly mails_a_watcher: number
  }[]
}

/** Tasks of an import, for the run. */
export interface GithubTake {
  readonly on: string | null
  readonly tasks: readonly TakenTask[]
}

/** `issue` null, or not on GitHub: it is bound to none. */
export type TakenTask = Omit<ImportedTask, 'estimate'> & { readonly estimateMs: number | null }
