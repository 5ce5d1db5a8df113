/** What a layout says of landing: a queue for one target. */
import type { MachineId } from '../ids.js'
import { fields, list, number, text, word } from '../shape.js'

export const MERGE_ORDERS = ['priority', 'critical_path', 'age'] as const
export type MergeOrder = (typeof MERGE_ORDERS)[number]
export const MERGE_HOWS = ['merge', 'squash', 'rebase'] as const
export type MergeHow = (typeof MERGE_HOWS)[number]
export const MERGE_PUSHES = ['none', 'branch', 'pr'] as const
export type MergePush = (typeof MERGE_PUSHES)[number]
export const ON_CONFLICT = ['task', 'person'] as const

export interface MergeSpec {
  readonly id: string
  /** Its trees' branches are landed. */
  readonly pool: string
  /** The branch that they land on. */
  readonly into: string
  readonly order: readonly MergeOrder[]
  readonly how: MergeHow
  /** So many branches are verified at once. */
  readonly batch: number
  /** Shell lines that must all exit 0 on exactly what lands. */
  readonly verify: readonly string[]
  readonly onConflict: (typeof ON_CONFLICT)[number]
  readonly push: MergePush
  /** Where the queue runs. */
  readonly machine: MachineId
}

export const mergeShape = fields<MergeSpec>({
  id: text(),
  pool: text(),
  into: text(),
  order: list(word(...MERGE_ORDERS)),
  how: word(...MERGE_HOWS),
  batch: number,
  verify: list(text()),
  onConflict: word(...ON_CONFLICT),
  push: word(...MERGE_PUSHES),
  machine: text(),
})
