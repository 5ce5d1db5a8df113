import type { AttemptId, SlotId, TaskId } from '../ids.js'

/** What is done outside for a queue; each may be done twice. */
export type MergeStep =
  | { readonly kind: 'build'; readonly batch: number; readonly tasks: readonly TaskId[] }
  | {
      readonly kind: 'verify'
      readonly batch: number
      readonly links: number
      /** How often these links were verified before. */
      readonly run: number
      readonly isProbe: boolean
      readonly slot: SlotId
    }
  | { readonly kind: 'probe'; readonly batch: number; readonly links: number; readonly breaker: number }
  | { readonly kind: 'land'; readonly batch: number; readonly links: number }
  /** A task for the agent whose branch conflicts. */
  | { readonly kind: 'resolve'; readonly task: TaskId; readonly resolver: TaskId }
  /** The pull request of a branch that is pushed. */
  | { readonly kind: 'request'; readonly task: TaskId }
  | { readonly kind: 'offer'; readonly attempt: AttemptId; readonly tasks: readonly TaskId[] }
