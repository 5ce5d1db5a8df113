import type { Principal } from '../principal.js'
import type { Millis } from '../time.js'

export interface Approval {
  /** What was shown; the answer counts for nothing else. */
  readonly revision: string
  readonly by: Principal
  /** Who that is: an id of `people:`, else the principal. */
  readonly identity: string
  /** Numbers of the criteria that were answered; null: all that are asked. */
  readonly criteria: readonly number[] | null
  readonly reason: string | null
  readonly at: Millis
}
