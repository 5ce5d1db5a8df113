import type { TaskId } from '../ids.js'

export interface PullAsk {
  /** Makes it this one and no other. */
  readonly subject: string
  /** The task whose work it is. */
  readonly task: TaskId
  readonly branch: string
  readonly into: string
  readonly title: string
  readonly body: string
  /** The address that its branch was pushed to. */
  readonly remote: string
}

/** Its address, or why there will be none until a person has done something. */
export type PullAnswer = { readonly url: string } | { readonly reason: string }
