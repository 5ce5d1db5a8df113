/** What is known of a queue: its branches, and the batch that is being verified. */
import type { AgentId, AttemptId, MachineId, TaskId } from '../ids.js'
import type { Millis } from '../time.js'

export type MergeStatus =
  | 'queued'
  /** It does not merge; its agent is asked, or a person. */
  | 'conflicted'
  /** What would land with it is red. */
  | 'rejected'
  /** Pushed, with a pull request: others land it. */
  | 'offered'
  | 'landed'

/** A branch of a task that wants to land. */
export interface MergeEntry {
  readonly task: TaskId
  readonly attempt: AttemptId
  readonly agent: AgentId | null
  /** In whose mirror its branch is. */
  readonly machine: MachineId
  readonly branch: string
  readonly oid: string
  readonly queuedAt: Millis
  readonly status: MergeStatus
  readonly reason: string | null
  readonly files: readonly string[]
  /** The tasks with which it does not go together. */
  readonly against: readonly TaskId[]
  /** What it did not merge with; its commit. */
  readonly onto: string | null
  /** The task that asks its agent to resolve a conflict; null: none. */
  readonly resolver: TaskId | null
  /** How many resolvers there were. */
  readonly conflicts: number
  readonly url: string | null
}

/** It is pushed, and its pull request is not there yet. */
export function isAskedFor({ status, url, reason }: MergeEntry): boolean {
  return status === 'offered' && url === null && reason === null
}

/** It is pushed, and there will be no pull request until a person has done something. */
export function lacksPull({ status, url, reason }: MergeEntry): boolean {
  return status === 'offered' && url === null && reason !== null
}

/** One branch of a batch, on top of all before it. */
export interface MergeLink {
  /** null: what others pushed to the target since we landed last. */
  readonly task: TaskId | null
  readonly oid: string
  /** The commit that holds it and all before it. */
  readonly commit: string
}

export interface MergeBatch {
  readonly number: number
  /** The target when it was built. */
  readonly base: string
  readonly links: readonly MergeLink[]
  /** Of the verification: the first so many links, and whether they were green. 0: the target alone. */
  readonly runs: readonly { readonly links: number; readonly ok: boolean }[]
  /** The first so many links with the breaker on top, to find whom it does not go with. */
  readonly probes: readonly { readonly links: number; readonly ok: boolean }[]
  /** What is to be verified to find that out; null: not built yet. */
  readonly probe: { readonly links: number; readonly commit: string } | null
  /** What the last red run printed. */
  readonly failed: string | null
  /** So many links are being landed: said before anything is moved. */
  readonly landing: number | null
  /** So many have landed; the rest of the batch is to find out about the breaker. */
  readonly landed: number
}

export interface MergeRecord {
  readonly id: string
  readonly entries: ReadonlyMap<TaskId, MergeEntry>
  readonly batch: MergeBatch | null
  readonly batches: number
  /** Why nothing lands until a person has looked, or the target has moved; null: nothing is wrong. */
  readonly held: string | null
  /** A person asked for these: they do not wait for a task that merges. */
  readonly asked: ReadonlySet<TaskId>
}

export interface StoredMerge extends Omit<MergeRecord, 'entries' | 'asked'> {
  readonly entries: readonly MergeEntry[]
  readonly asked: readonly TaskId[]
}

export const newMerge = (id: string): MergeRecord => ({
  id,
  entries: new Map(),
  batch: null,
  batches: 0,
  held: null,
  asked: new Set(),
})

export function storeMerge(record: MergeRecord): StoredMerge {
  return { ...record, entries: [...record.entries.values()], asked: [...record.asked] }
}

export function restoreMerge(stored: StoredMerge): MergeRecord {
  const entries = new Map(stored.entries.map((entry) => [entry.task, entry]))
  return { ...stored, entries, asked: new Set(stored.asked) }
}
