/** What `trees`, `diff`, `open` and `repo` are answered. */
import type { LeakKind } from '../trees/leaks.js'
import type { SlotState } from '../trees/records.js'

export interface SlotRow {
  readonly id: string
  readonly pool: string
  readonly machine: string
  readonly index: number
  readonly state: SlotState
  /** The attempt, agent or merge that has it. */
  readonly holder: string | null
  readonly task: string | null
  readonly branch: string | null
  readonly base: string | null
  /** When its target was fetched. */
  readonly base_at: string | null
  readonly path: string | null
  readonly ports: Readonly<Record<string, number>>
  readonly since: string
  readonly reason: string | null
}

export interface SavedRow {
  readonly ref: string
  readonly oid: string
  readonly machine: string
  readonly slot: string
  readonly task: string | null
  readonly files: number
  readonly why: string
  readonly at: string
}

export interface LeakRow {
  readonly machine: string
  readonly pool: string
  readonly kind: LeakKind
  readonly name: string
  readonly path: string
  /** null: not measured. */
  readonly bytes: number | null
}

export interface TreesDocument {
  readonly slots: readonly SlotRow[]
  readonly saved: readonly SavedRow[]
  readonly leaks: readonly LeakRow[]
  /** Machines that could not be looked at now. */
  readonly unseen: readonly string[]
}

export interface RepoDocument {
  readonly machine: string
  readonly path: string
  readonly branch: string
  readonly upstream: string | null
  readonly ahead: number
  readonly behind: number
  readonly staged: number
  readonly changed: number
  readonly untracked: number
  readonly conflicts: number
  /** The first of them, as `git status --porcelain` prints them. */
  readonly files: readonly string[]
  readonly unfinished: readonly string[]
  /** Submodules that are listed and not described: checkouts fail. */
  readonly submodules: readonly string[]
  readonly saved: readonly string[]
  /** What was just done. */
  readonly done: string | null
  /** Safe steps that make sense now. */
  readonly steps: readonly { readonly step: string; readonly text: string }[]
}

export interface OpenDocument {
  readonly machine: string
  readonly path: string
  /** Of a host: argv of ssh, without the command; null: this machine. */
  readonly ssh: readonly string[] | null
}
