/**
 * What the daemon needs of a store, whatever keeps it: the journal, the facts that no event carries, and the lease that
 * makes us the only writer. SQLite is one implementation (`store.ts`); `spec/support/store-contract.ts` holds for all.
 */
import type { RunEvent, RunEventType } from '../core/run/events.js'
import type { Millis } from '../core/time.js'
import type { Execution, ExecutionsQuery } from './executions.js'
import type { Fact } from './facts.js'
import type { Receipt } from './receipts.js'

export interface StoredEvent {
  /** Counts from 1 without gaps. */
  readonly seq: number
  readonly event: RunEvent
}

export interface EventQuery {
  /** Only later ones. */
  readonly after?: number
  /** Only those of this time and later. */
  readonly since?: Millis
  /** At most so many; default 1000. */
  readonly limit?: number
  readonly types?: readonly RunEventType[]
  /** The last `limit` instead of the first; still in their order. */
  readonly newest?: boolean
}

export interface Snapshot {
  /** The last event that is in it. */
  readonly seq: number
  readonly at: Millis
  /** The journal format of the version that wrote it. */
  readonly format: number
  readonly version: string
  /** `encodeState` (core/run/journal/snapshot.ts). */
  readonly state: string
}

/** A version of orchestra, from the first event on that it may have written. */
export interface Writer {
  readonly seq: number
  readonly at: Millis
  readonly version: string
  readonly format: number
}

export interface Journal {
  /** Of what was taken. */
  readonly lastSeq: number
  /** For a person: why what was taken does not become durable. A store that refuses it right away says so by throwing. */
  readonly problem: string | null
  /**
   * All or none, and numbered in the order of the calls. @returns the seq of the last one (`lastSeq` when there was none);
   * `durable` says when it is safe. `durable: false`: nothing waits for the disk; a machine that loses power may lose them, a
   * process that dies does not. The next durable ones take them along, so that the journal never has a hole.
   * @throws OrchestraError(failed, details.store: 'full' | 'readonly' | 'io' | 'corrupt'); then nothing was taken.
   */
  append(events: readonly RunEvent[], options?: { readonly durable?: boolean }): number
  /**
   * Null: that event and all before it are durable (SQLite, always). Else resolves when they are. Rejects when they never will
   * be, because another has the lease: nothing that follows from them may leave the process, which has to end.
   */
  durable(seq: number): Promise<void> | null
  /** Every event behind `after` (0), read page by page as they are asked for. */
  load(after?: number): Iterable<StoredEvent>
  /** Newest first, read as they are asked for; one whose digest is wrong is left out. */
  snapshots(): Iterable<Snapshot>
  /** The state up to event `seq`, whole or not at all, and not before that event. The one before is kept, older ones are removed. */
  saveSnapshot(seq: number, state: string): void
  /** The versions that wrote it, in order; the last is ours. */
  writers(): readonly Writer[]
  /** Of what is durable. */
  events(query?: EventQuery): StoredEvent[]
  /** In the order in which they were started. */
  /** `newest`: only the last so many. */
  executions(only?: ExecutionsQuery): Execution[]
}

/** State of a session that stands in no event; written in one order with the events. A value that cannot be read counts as absent, and `problems` says so. */
export interface Facts {
  /** `id`: whose it is (an agent, an operation); left out for a fact that a session has once. */
  get<T>(fact: Fact<T>, id?: string): T | null
  /** All values of a fact with the ids that they are of, sorted by id. */
  entries<T>(fact: Fact<T>): readonly (readonly [id: string, value: T])[]
  set<T>(fact: Fact<T>, value: NoInfer<T>, id?: string): void
  delete(fact: Fact<unknown>, id?: string): void
  /** Kept by `append` from `message.*` events, and by `noteSending`. */
  receipt(operation: string): Receipt | null
  /** Receipts that are not settled, oldest first. */
  openReceipts(): Receipt[]
  /** Written before text goes out. A receipt that is known keeps its time: in that order they are taken up again. */
  noteSending(receipt: Omit<Receipt, 'state'>, generation: number): void
  /** A sentence for each value that cannot be read. Reads all of them. */
  problems(): string[]
}

/** Who holds it is the only writer of that store. A holder that dies loses it. */
export interface Lease {
  /** Six characters of `a-z2-7`, made once: tells our tmux objects from those of other stores. */
  readonly id: string
  /** Rises with every holder. */
  readonly generation: number
  /**
   * Gives it back; `isEnding`: at the latest with the process, which is about to end. May be called twice. What is not durable
   * by then may be lost.
   */
  close(options?: { readonly isEnding?: boolean }): void
}

export interface Backup {
  readonly path: string
  readonly at: Millis
  readonly bytes: number
}

export interface Backups {
  readonly dir: string
  /** Newest first. */
  list(): readonly Backup[]
  /** A whole copy, made while the store is in use; older ones are removed. @returns its path. One at a time. */
  make(): Promise<string>
}

export interface SessionStore extends Journal, Lease {
  readonly facts: Facts
  /** As `durable`, of everything that was taken so far: events and facts. */
  settled(): Promise<void> | null
  /** Null: whoever runs that store makes them. */
  readonly backups: Backups | null
  /** For people: what keeps it, and where. */
  readonly driver: string
  readonly dir: string
  /** What a full check complains about; empty when all is well. */
  integrityCheck(): string[]
}
