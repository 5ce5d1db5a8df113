import type { TaskId } from '../ids.js'

export interface PullAsk {
  /** Identifies the pull request: asked for again with the same subject, it is made once. */
  readonly subject: string
  /** The task whose work it is. */
  readonly task: TaskId
  readonly branch: string
  readonly into: string
  readonly title: string
  readonly body: string
  /** The address that the branch was pushed to. */
  readonly remote: string
}

/** The address of the pull request, or why there will be none until a person acts. */
export type PullAnswer = { readonly url: string } | { readonly reason: string }
