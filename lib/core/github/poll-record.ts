/** How far a repository was read: kept, so that a daemon that comes back asks only for what is new. */
import type { AuthorFacts, LabelFacts, MilestoneFacts, RepositoryFacts } from './model.js'

export interface PollRecord {
  /** Of which GitHub this was said. */
  readonly api: string | null
  readonly repository: RepositoryFacts | null
  /** Who the token belongs to; null: it does not say. */
  readonly identity: AuthorFacts | null
  /** Comments up to this id were there before the first look: no command of theirs counts. Null: nobody looked yet. */
  readonly commandsAfter: number | null
  readonly labels: readonly LabelFacts[]
  readonly milestones: readonly MilestoneFacts[]
  readonly lists: Readonly<Record<string, ListRecord>>
}

/** Written after what the answer said was taken over, so that a crash in between reads it again. */
export interface ListRecord {
  readonly etag: string | null
  /** The newest `updated_at` that a whole walk has seen; GitHub's clock. */
  readonly until: string | null
}

export const NOTHING_POLLED: PollRecord = {
  api: null,
  repository: null,
  identity: null,
  commandsAfter: null,
  labels: [],
  milestones: [],
  lists: {},
}
