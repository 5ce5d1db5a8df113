/**
 * What is to be done now. Level-triggered: it looks at the state alone, so an event that was missed, doubled or late does no
 * harm, and all actions are said again in each call until events make them superfluous.
 */
import type { Millis } from '../time.js'
import type { Action, Decision } from './actions.js'
import { decideAgents } from './decide/decide-agents.js'
import { decideAttempts } from './decide/decide-attempts.js'
import { decideDispatch } from './decide/decide-dispatch.js'
import { indexOf, type RunIndex } from './index/index-run.js'
import type { RunState } from './state.js'

/** A decision in the making. */
export interface Plan {
  readonly state: RunState
  readonly index: RunIndex
  readonly now: Millis
  readonly actions: Action[]
  wakeAt: Millis | null
}

export function decide(state: RunState, now: Millis): Decision {
  const plan: Plan = { state, index: indexOf(state), now, actions: [], wakeAt: null }
  decideAgents(plan)
  decideAttempts(plan)
  if (state.phase === 'running') {
    decideChecks(plan)
    decideDispatch(plan)
    decideFinish(plan)
  }
  return { actions: plan.actions, wakeAt: plan.wakeAt }
}

/** True when the time has come; else the loop is woken then. */
export function isDue(plan: Plan, at: Millis | null): boolean {
  if (at === null || at <= plan.now) return true
  if (plan.wakeAt === null || at < plan.wakeAt) plan.wakeAt = at
  return false
}

function decideChecks({ index, actions }: Plan): void {
  for (const gate of index.gatesToCheck) actions.push({ key: `gate.check:${gate}`, type: 'gate.check', gate })
  for (const task of index.toCheck) {
    actions.push({ key: `task.check_done:${task}`, type: 'task.check_done', task })
  }
}

/** Gates that may still open hold the end back, whether somebody waits for them or not. */
function decideFinish({ state, index, actions }: Plan): void {
  if (index.openTasks > 0 || index.openGates > 0 || index.liveAttempts.size > 0) return
  actions.push({ key: `run.finish:${state.tasks.size}`, type: 'run.finish' })
}
