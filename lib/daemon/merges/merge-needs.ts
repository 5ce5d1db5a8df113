import type { Kernel } from '../kernel/kernel.js'
import type { TreeNeeds } from '../trees/tree-needs.js'

export interface PullRequest {
  readonly branch: string
  readonly into: string
  readonly title: string
  readonly body: string
}

/** Where pull requests are made; the layout's machine of `kind: github` stands behind it. */
export interface PullRequests {
  /** Why none can be made now, for a person to read; null: nothing is missing. */
  missing(): string | null
  /** Asked twice, it makes one. @returns its address */
  open(request: PullRequest): Promise<string>
}

export interface MergeNeeds extends TreeNeeds {
  readonly kernel: TreeNeeds['kernel'] & Pick<Kernel, 'dispatch'>
  readonly pulls: PullRequests
}

export const NO_PULL_REQUESTS: PullRequests = {
  missing: () => 'no machine of `kind: github` is connected (`github:` in the layout)',
  open: () => Promise.reject(new Error('no machine of kind github is connected')),
}
