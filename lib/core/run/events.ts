/**
 * What happened. Every event is journalled before anything that follows from it is done or acknowledged, and the
 * state is the fold of all events: `reduce`. Plain JSON values only. `type` is in the past tense or names a fact; the part
 * before the dot is its domain.
 */
import type { Millis } from '../time.js'
import type { AccessEvent } from './events/access.js'
import type { AgentEvent } from './events/agents.js'
import type { AttemptEvent } from './events/attempts.js'
import type { CordonEvent } from './events/cordons.js'
import type { EscalationEvent } from './events/escalations.js'
import type { ExecutionEvent } from './events/executions.js'
import type { GateEvent } from './events/gates.js'
import type { IssueEvent } from './events/issues.js'
import type { LayoutEvent } from './events/layouts.js'
import type { MachineEvent } from './events/machines.js'
import type { MessageEvent } from './events/messages.js'
import type { PlanEvent } from './events/plan.js'
import type { ReportEvent } from './events/reports.js'
import type { ClockEvent, RunPhaseEvent } from './events/run.js'
import type { TaskEvent } from './events/tasks.js'
import type { MergeEvent } from './events/merges.js'
import type { TreeEvent } from './events/trees.js'

export type { Observation } from './events/agents.js'
export type { Proof } from './events/attempts.js'
export type { CheckResult } from './events/checks.js'
export type { ResetReason } from './events/machines.js'

/** An event without its time. */
export type RunFact =
  | LayoutEvent
  | MachineEvent
  | CordonEvent
  | AgentEvent
  | RunPhaseEvent
  | TaskEvent
  | ExecutionEvent
  | AttemptEvent
  | TreeEvent
  | MergeEvent
  | GateEvent
  | EscalationEvent
  | ReportEvent
  | IssueEvent
  | PlanEvent
  | ClockEvent
  | MessageEvent
  | AccessEvent

export type RunEvent = { readonly at: Millis } & RunFact

export type RunEventType = RunEvent['type']
