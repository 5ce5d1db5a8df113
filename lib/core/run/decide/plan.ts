import type { Millis } from '../../time.js'
import type { Action } from '../actions.js'
import type { RunIndex } from '../index/index-run.js'
import type { RunState } from '../state.js'

/** A decision in the making. */
export interface Plan {
  readonly state: RunState
  readonly index: RunIndex
  readonly now: Millis
  readonly actions: Action[]
  wakeAt: Millis | null
  /** Of dates and times of day; asked only where the layout has some. */
  readonly zone: () => string
}

/** True when the time has come; else the loop is woken then. */
export function isDue(plan: Plan, at: Millis | null): boolean {
  if (at === null || at <= plan.now) return true
  if (plan.wakeAt === null || at < plan.wakeAt) plan.wakeAt = at
  return false
}
