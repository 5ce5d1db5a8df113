import type { PullAnswer, PullAsk } from '../../core/merges/pull-ask.js'
import type { Kernel } from '../kernel/kernel.js'
import type { TreeNeeds } from '../trees/tree-needs.js'

export interface MergeNeeds extends TreeNeeds {
  readonly kernel: TreeNeeds['kernel'] & Pick<Kernel, 'dispatch'>
  /** Ends when the pull request is there, or will not be. Asked twice, it makes one. */
  readonly pulls: (ask: PullAsk) => Promise<PullAnswer>
}
