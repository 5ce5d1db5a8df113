/** The form of every event, of all domains. */
import type { RunEventType, RunFact } from '../events.js'
import { ACCESS_EVENTS } from './access.js'
import { AGENT_EVENTS } from './agents.js'
import { ATTEMPT_EVENTS } from './attempts.js'
import { CORDON_EVENTS } from './cordons.js'
import { ESCALATION_EVENTS } from './escalations.js'
import { EXECUTION_EVENTS } from './executions.js'
import type { Form, Forms } from './form.js'
import { ISSUE_EVENTS } from './issues.js'
import { GATE_EVENTS } from './gates.js'
import { LAYOUT_EVENTS } from './layouts.js'
import { MACHINE_EVENTS } from './machines.js'
import { MESSAGE_EVENTS } from './messages.js'
import { PLAN_EVENTS } from './plan.js'
import { REPORT_EVENTS } from './reports.js'
import { CLOCK_EVENTS, RUN_EVENTS } from './run.js'
import { TASK_EVENTS } from './tasks.js'
import { MERGE_EVENTS } from './merges.js'
import { TREE_EVENTS } from './trees.js'

export const FORMS: Forms<RunFact> = {
  ...LAYOUT_EVENTS,
  ...MACHINE_EVENTS,
  ...CORDON_EVENTS,
  ...AGENT_EVENTS,
  ...RUN_EVENTS,
  ...TASK_EVENTS,
  ...EXECUTION_EVENTS,
  ...ATTEMPT_EVENTS,
  ...TREE_EVENTS,
  ...MERGE_EVENTS,
  ...GATE_EVENTS,
  ...ESCALATION_EVENTS,
  ...REPORT_EVENTS,
  ...ISSUE_EVENTS,
  ...PLAN_EVENTS,
  ...CLOCK_EVENTS,
  ...MESSAGE_EVENTS,
  ...ACCESS_EVENTS,
}

/** What is said of the event's type. */
export function formOf<T extends RunEventType>(type: T): Form<{ readonly type: T }> {
  return FORMS[type] as unknown as Form<{ readonly type: T }>
}
