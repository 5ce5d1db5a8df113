import type { TaskSpec } from '../../layout/model.js'
import type { Millis } from '../../time.js'
import type { TaskRecord } from '../state.js'

/** A task before anything was done for it. */
export function newTask(
  spec: TaskSpec,
  at: Millis,
  origin: TaskRecord['origin'],
  execution: TaskRecord['execution'] = null,
): TaskRecord {
  return {
    spec,
    status: spec.disabled ? 'CANCELLED' : 'PENDING',
    reason: spec.disabled ? 'disabled in the layout' : null,
    attempts: [],
    readyAt: null,
    notBefore: null,
    startedAt: null,
    endedAt: spec.disabled ? at : null,
    cancelRequested: null,
    alreadyDone: 'unchecked',
    submittedAt: at,
    origin,
    removed: false,
    addedNeeds: [],
    budgetFrom: 0,
    onFallback: false,
    stuck: false,
    notNeeded: false,
    block: null,
    execution,
    landed: null,
  }
}

/** A task as if it had never run; what was done for it stays in its attempts. */
export function taskAnew(
  { spec, attempts, addedNeeds, origin, execution }: TaskRecord,
  at: Millis,
): TaskRecord {
  return { ...newTask(spec, at, origin, execution), attempts, addedNeeds, budgetFrom: attempts.length }
}
