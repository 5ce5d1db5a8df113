/** An incident from the first word about it to its end: whom it was told, at which layer, and who took it on. */
import type { AttemptId, LayerId, TaskId } from '../ids.js'
import type { Principal } from '../principal.js'
import type { Millis } from '../time.js'

export const ESCALATION_KINDS = [
  'task_failed',
  'task_blocked',
  'gate_waiting',
  'agent_waiting',
  'agent_error',
  'agent_exited',
  'agent_limited',
  'agent_stalled',
  'prompt_unconfirmed',
  'machine_offline',
  'machine_degraded',
  'run_stuck',
] as const
export type EscalationKind = (typeof ESCALATION_KINDS)[number]

/** What is wrong, in the words in which it was told. */
export interface CauseText {
  /** One line: what happened. */
  readonly issue: string
  /** What cannot go on because of it. */
  readonly blocker: string
  readonly proposal: string
  readonly impact: string
}

export interface Cause {
  /** The same as long as it is the same incident. */
  readonly key: string
  readonly kind: EscalationKind
  /** The task, agent, gate, machine or run. */
  readonly subject: string
  readonly task: TaskId | null
  readonly attempt: AttemptId | null
  readonly urgent: boolean
  readonly text: CauseText
}

export const DELIVERY_STATES = ['pending', 'sending', 'sent', 'failed', 'uncertain'] as const
/** `sending` is durable before anything leaves: what a crash leaves there is never sent again, and is `uncertain`. */
export type DeliveryState = (typeof DELIVERY_STATES)[number]

export interface Delivery {
  /** `agent:ID`, `person:ID`, `notify`, `github`. */
  readonly to: string
  readonly layer: LayerId
  readonly state: DeliveryState
  readonly reason: string | null
  readonly at: Millis
}

export interface EscalationRecord extends Cause {
  /** `E1`, `E2`, … in the order in which they were opened. */
  readonly id: string
  readonly openedAt: Millis
  /** Layers that were told, in order; each once. */
  readonly told: readonly { readonly layer: LayerId; readonly at: Millis }[]
  readonly deliveries: readonly Delivery[]
  readonly ackedBy: Principal | null
  readonly ackedAt: Millis | null
  /** Its cause is over. */
  readonly closedAt: Millis | null
}
