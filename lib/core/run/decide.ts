/**
 * What is to be done now. Level-triggered: it looks at the state alone, so an event that was missed, doubled or late does no
 * harm, and all actions are said again in each call until events make them superfluous.
 */
import type { Plan } from './decide/plan.js'
import { decideEscalations } from '../escalation/decide-escalations.js'
import { decideMerges, hasOpenMerges } from '../merges/decide-merges.js'
import { decideReports } from '../reports/decide-reports.js'
import type { Millis } from '../time.js'
import type { Decision } from './actions.js'
import { decideAgents } from './decide/decide-agents.js'
import { decideAttempts } from './decide/decide-attempts.js'
import { decideDispatch } from './decide/decide-dispatch.js'
import { decideStandby } from './decide/decide-standby.js'
import { decideTrees } from './decide/decide-trees.js'
import { indexOf } from './index/index-run.js'
import type { RunState } from './state.js'

/** `ownZone`: the daemon's, for a layout that names none. */
export function decide(state: RunState, now: Millis, ownZone = () => 'UTC'): Decision {
  const plan: Plan = {
    state,
    index: indexOf(state),
    now,
    actions: [],
    wakeAt: null,
    zone: () => state.layout?.timezone ?? ownZone(),
  }
  decideAgents(plan)
  decideAttempts(plan)
  decideTrees(plan)
  decideMerges(plan)
  if (state.phase === 'running') {
    decideChecks(plan)
    decideDispatch(plan)
    decideFinish(plan)
  }
  decideStandby(plan)
  decideEscalations(plan)
  decideReports(plan)
  return { actions: plan.actions, wakeAt: plan.wakeAt }
}

function decideChecks({ index, actions }: Plan): void {
  for (const gate of index.gatesToCheck) actions.push({ key: `gate.check:${gate}`, type: 'gate.check', gate })
  for (const task of index.toCheck) {
    actions.push({ key: `task.check_done:${task}`, type: 'task.check_done', task })
  }
}

/** Gates that may still open, and branches that still land by themselves, hold the end back, whether somebody waits for them or not. */
function decideFinish({ state, index, actions }: Plan): void {
  if (index.openTasks > 0 || index.openGates > 0 || index.liveAttempts.size > 0) return
  if (hasOpenMerges(state)) return
  actions.push({ key: `run.finish:${state.tasks.size}`, type: 'run.finish' })
}
