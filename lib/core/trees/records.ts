/** What the journal says of slots: the worktrees of a pool on one machine. */
import type { AgentId, AttemptId, MachineId, SlotId, TaskId } from '../ids.js'
import type { Millis } from '../time.js'
import type { LeakKind } from './leaks.js'

/** Whose the tree is. One at a time; a slot without one may be given to the next. */
export type SlotHolder =
  | { readonly kind: 'attempt'; readonly attempt: AttemptId }
  /** `hold: agent`: kept over its attempts. */
  | { readonly kind: 'agent'; readonly agent: AgentId }
  /** A merge queue that verifies what it is about to land; `oid` is checked out. */
  | { readonly kind: 'merge'; readonly merge: string; readonly oid: string }

/**
 * `preparing`: being made ready for its holder. `ready`: its holder works in it. `releasing`: the holder is done, what it left
 * is being saved. `free`. `removing`: nobody wants it any more. `stuck`: something holds it up, `reason` says what; tried again.
 */
export const SLOT_STATES = ['preparing', 'ready', 'releasing', 'free', 'removing', 'stuck'] as const
export type SlotState = (typeof SLOT_STATES)[number]

export interface SlotBase {
  readonly oid: string
  /** When the target was last fetched; older than the attempt where its remote did not answer. */
  readonly fetchedAt: Millis
}

export interface SlotRecord {
  readonly id: SlotId
  readonly pool: string
  readonly repository: string
  readonly machine: MachineId
  /** From 1; no two slots of a pool on a machine share one. */
  readonly index: number
  /** Of the pool's directory when the slot was made; its path follows. */
  readonly dir: string
  readonly state: SlotState
  /** What `stuck` interrupted. */
  readonly stuckIn: 'releasing' | 'removing' | null
  /** Only ignored files keep it from being removed. */
  readonly stuckForIgnored: boolean
  readonly holder: SlotHolder | null
  /** For which attempt it was made ready last, and may not be finished with. */
  readonly attempt: AttemptId | null
  /** Absolute; null: never made ready yet. */
  readonly path: string | null
  readonly branch: string | null
  readonly base: SlotBase | null
  readonly setupKey: string | null
  readonly ports: Readonly<Record<string, number>>
  readonly since: Millis
  readonly lastUsedAt: Millis
  readonly reason: string | null
  readonly retryAt: Millis | null
  /** A person asked for its end; `ignored`: with the ignored files in it. */
  readonly removal: { readonly ignored: boolean } | null
}

/** The tree of an attempt: what it started from, and what was verified in it. */
export interface AttemptTree {
  readonly pool: string
  readonly repository: string
  readonly slot: SlotId | null
  readonly branch: string | null
  /** Absolute; null: not ready yet. */
  readonly path: string | null
  /** What its work is compared with. */
  readonly base: string | null
  /** Attempts whose branches were merged into the base. */
  readonly needs: readonly AttemptId[]
  /** Of its branch when it was verified, or when its tree was released. */
  readonly head: string | null
  readonly commits: number
  readonly files: number
}

/** Where a task's work has landed. */
export interface Landed {
  readonly oid: string
  readonly into: string
  readonly by: string
  readonly at: Millis
}

/** The target branch of a repository as it was last landed, and where its commits are. */
export interface TargetRecord {
  readonly repository: string
  readonly into: string
  readonly oid: string
  readonly machine: MachineId
  readonly at: Millis
}

export interface SavedWork {
  readonly ref: string
  readonly oid: string
  readonly slot: SlotId
  readonly machine: MachineId
  readonly repository: string
  readonly task: TaskId | null
  readonly files: number
  readonly why: string
  readonly at: Millis
}

/** Something on a machine that journal, git and disk do not agree about, as it was seen last. */
export interface LeakRecord {
  readonly machine: MachineId
  readonly pool: string
  readonly kind: LeakKind
  /** Of the directory below the root; its path where it is elsewhere. */
  readonly name: string
  readonly path: string
  /** null: there is no directory, or it was not measured. */
  readonly bytes: number | null
  readonly at: Millis
}

export function leakKey({ machine, path }: Pick<LeakRecord, 'machine' | 'path'>): string {
  return `${machine} ${path}`
}

export function newTree(pool: string, repository: string): AttemptTree {
  return {
    pool,
    repository,
    slot: null,
    branch: null,
    path: null,
    base: null,
    needs: [],
    head: null,
    commits: 0,
    files: 0,
  }
}
