/** What the API says of merge queues. */
export interface MergeRow {
  readonly id: string
  readonly into: string
  readonly machine: string
  readonly push: string
  readonly state: 'idle' | 'waiting' | 'verifying' | 'landing' | 'held'
  /** What is verified or landed now, in the order in which it lands. */
  readonly batch: readonly string[]
  readonly queued: readonly string[]
  readonly landed: readonly string[]
  /** Branches that do not land, and why. */
  readonly problems: readonly {
    readonly task: string
    readonly status: 'conflicted' | 'rejected'
    readonly reason: string | null
    readonly files: readonly string[]
    readonly against: readonly string[]
    /** The task that resolves it; null: a person has to. */
    readonly resolver: string | null
  }[]
  /** Pushed for others to land. `reason`: why there is no pull request; null, without an address: it is asked for. */
  readonly offered: readonly {
    readonly task: string
    readonly url: string | null
    readonly reason: string | null
  }[]
  readonly reason: string | null
}

export interface MergePreview {
  readonly merge: string
  readonly into: string
  readonly base: string
  readonly lands: readonly { readonly task: string; readonly oid: string }[]
  readonly contained: readonly string[]
  readonly conflicts: readonly {
    readonly task: string
    readonly files: readonly string[]
    readonly against: readonly string[]
  }[]
  readonly verify: readonly string[]
}
