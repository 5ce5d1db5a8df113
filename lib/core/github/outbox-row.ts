/** What is to be written to GitHub: a row stands in the store before its request leaves, and says what became of it. */
import type { Millis } from '../time.js'

export const REACTIONS = ['+1', '-1', 'eyes', 'confused', 'rocket'] as const
export type Reaction = (typeof REACTIONS)[number]

/**
 * `title` and `body` may hold what others said: they are made harmless just before they leave. `trailer` is made of numbers
 * and words of ours alone, and stands behind the body as it is.
 */
export type Work =
  | {
      readonly kind: 'issue'
      /** What it is for: a task's id, `master`, or a name that a person gave. */
      readonly subject: string
      readonly title: string
      readonly body: string
      readonly trailer: string
      /** Subjects whose issues it waits for; each becomes a line `depends: #n`. */
      readonly needs: readonly string[]
      /** The subject whose issue it is a part of; becomes a line `Parent: #n`. */
      readonly parent?: string
      readonly labels: readonly string[]
      readonly milestone: number | null
    }
  /** A pull request of a branch that is pushed; where GitHub has an open one of it already, that is the one. */
  | {
      readonly kind: 'pull'
      /** The queue, and the branch. */
      readonly subject: string
      readonly branch: string
      readonly into: string
      readonly title: string
      readonly body: string
      /** The issue that it is for. */
      readonly about: number | null
    }
  /** Once, whatever happens to it afterwards. */
  | {
      readonly kind: 'comment'
      /** Makes it this one and no other. */
      readonly subject: string
      readonly issue: number
      readonly body: string
      /** Its heading, for when many are folded into one; null: it is never folded. */
      readonly folds: string | null
    }
  /** One comment an issue, edited in place: the row holds what should stand there. */
  | { readonly kind: 'status'; readonly subject: string; readonly issue: number; readonly body: string }
  /** Once a revision: what a person opens again stays open. */
  | { readonly kind: 'close'; readonly subject: string; readonly issue: number }
  | {
      readonly kind: 'labels'
      readonly issue: number
      readonly add: readonly string[]
      readonly remove: readonly string[]
    }
  /** A part of an issue; both are named by their ids in GitHub's database. */
  | { readonly kind: 'part'; readonly parent: number; readonly issueId: number }
  | { readonly kind: 'edge'; readonly issue: number; readonly blockedById: number }
  | { readonly kind: 'reaction'; readonly comment: number; readonly content: Reaction }

export const OUTBOX_STATES = ['pending', 'sending', 'uncertain', 'sent', 'refused'] as const
/**
 * pending: it leaves when it is due. sending: its request may be under way. uncertain: it may have been carried out, and is
 * looked for. sent: it is there. refused: only a person can do something.
 */
export type OutboxState = (typeof OUTBOX_STATES)[number]

export interface Remote {
  /** Of GitHub's database. */
  readonly id: number
  readonly number: number | null
  readonly url: string | null
}

export interface OutboxRow {
  readonly key: string
  readonly work: Work
  readonly state: OutboxState
  readonly attempts: number
  readonly createdAt: Millis
  /** It is not sent before. */
  readonly notBefore: Millis
  /** When its last request left, by our clock… */
  readonly sentAt: Millis | null
  /** …and what GitHub's clock showed before: what it made is not older. */
  readonly sentAtTheirs: Millis | null
  /** When it was first not found; a second look has to agree. */
  readonly missedAt: Millis | null
  readonly remote: Remote | null
  /** Of a status: digest of what stands there. */
  readonly shown: string | null
  /** For a person: why it is where it is. */
  readonly reason: string | null
}

/** The name of a row; what has the same name is the same thing, and is written once. */
export function keyOf(work: Work): string {
  switch (work.kind) {
    case 'issue':
    case 'pull':
    case 'comment':
    case 'status':
    case 'close':
      return `${work.kind}/${work.subject}`
    case 'labels':
      return `labels/${work.issue}`
    case 'part':
      return `part/${work.parent}/${work.issueId}`
    case 'edge':
      return `edge/${work.issue}/${work.blockedById}`
    case 'reaction':
      return `reaction/${work.comment}/${work.content}`
  }
}

/** What makes a thing that stays: a request that is repeated makes it twice. */
export function isCreation({ work, remote }: Pick<OutboxRow, 'work' | 'remote'>): boolean {
  if (work.kind === 'status') return remote === null
  return work.kind === 'issue' || work.kind === 'pull' || work.kind === 'comment'
}

/** Where the last request for it is all that counts: a newer one takes its place. */
export function isReplaceable(work: Work): boolean {
  return work.kind === 'status' || work.kind === 'labels'
}

export function newRow(work: Work, at: Millis): OutboxRow {
  return {
    key: keyOf(work),
    work,
    state: 'pending',
    attempts: 0,
    createdAt: at,
    notBefore: at,
    sentAt: null,
    sentAtTheirs: null,
    missedAt: null,
    remote: null,
    shown: null,
    reason: null,
  }
}
