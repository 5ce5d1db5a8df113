import type { TaskId } from '../../core/ids.js'
import type { Kernel } from '../kernel/kernel.js'
import type { TreeNeeds } from '../trees/tree-needs.js'

export interface PullAsk {
  /** Makes it this one and no other. */
  readonly subject: string
  readonly task: TaskId
  readonly branch: string
  readonly into: string
  readonly title: string
  readonly body: string
  /** The address that the branch was pushed to. */
  readonly remote: string
}

/** Its address, or why there will be none until a person has done something. */
export type PullAnswer = { readonly url: string } | { readonly reason: string }

export interface MergeNeeds extends TreeNeeds {
  readonly kernel: TreeNeeds['kernel'] & Pick<Kernel, 'dispatch'>
  /** Ends when the pull request is there, or will not be. Asked twice, it makes one. */
  readonly pulls: (ask: PullAsk) => Promise<PullAnswer>
}
