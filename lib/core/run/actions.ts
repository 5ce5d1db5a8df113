/**
 * What is to be done now. `decide(state, now)` returns all actions that follow from the state, again and again until
 * events make them superfluous: the loop drops those whose `key` is in flight. So each must be safe to repeat.
 */
import type { AgentId, AttemptId, GateId, LayerId, MachineId, SlotId, TaskId } from '../ids.js'
import type { MergeStep } from '../merges/merge-step.js'
import type { StandbyReason } from '../phases/plan-specs.js'
import type { ReportKind } from '../reports/spec.js'
import type { Millis } from '../time.js'
import type { RunEvent } from './events.js'

/** An event without its time: whoever records it has the clock. */
export type Timeless<E> = E extends unknown ? Omit<E, 'at'> : never

export type Action = { readonly key: string } & (
  | {
      readonly type: 'agent.start'
      readonly agent: AgentId
      readonly generation: number
      readonly machine: MachineId
    }
  | {
      readonly type: 'agent.stop'
      readonly agent: AgentId
      readonly generation: number
      readonly machine: MachineId
      readonly why: string
    }
  /** `recorded`: `attempt.started` is in the journal already (we come back after a crash): same nonce, same key. */
  | {
      readonly type: 'attempt.start'
      readonly attempt: AttemptId
      readonly task: TaskId
      readonly agent: AgentId | null
      readonly machine: MachineId
      readonly recorded: boolean
    }
  /** One that stands by is wanted, or no longer. Journals that, and nothing else. */
  | {
      readonly type: 'agent.call'
      readonly agent: AgentId
      readonly reason: StandbyReason
      readonly why: string
    }
  | { readonly type: 'agent.release'; readonly agent: AgentId }
  | { readonly type: 'attempt.verify'; readonly attempt: AttemptId }
  /** Interrupt the agent or kill the job, then answer with `attempt.ended`. */
  | {
      readonly type: 'attempt.stop'
      readonly attempt: AttemptId
      readonly status: 'cancelled' | 'timed_out' | 'lost'
      readonly why: string
    }
  /** Makes the worktree ready for its holder, saves and frees it, or removes it: only what is proved to be lost nowhere. */
  | { readonly type: 'tree.prepare'; readonly slot: SlotId }
  | { readonly type: 'tree.release'; readonly slot: SlotId }
  | { readonly type: 'tree.remove'; readonly slot: SlotId }
  | { readonly type: 'task.check_done'; readonly task: TaskId }
  | { readonly type: 'gate.check'; readonly gate: GateId }
  | { readonly type: 'run.finish' }
  | { readonly type: 'merge.step'; readonly merge: string; readonly step: MergeStep }
  /** Follows from the state alone: journalled as it is. */
  | { readonly type: 'record'; readonly event: Timeless<RunEvent> }
  /** Makes a report as things stand then, and journals it: `report.made`. */
  | {
      readonly type: 'report.make'
      readonly kind: ReportKind
      /** Of a sync point: what it is for. */
      readonly why: string
      readonly dueAt: Millis | null
      readonly late: boolean
      /** Of a sync point: what the next one need not be made for. */
      readonly covers: { readonly phases: readonly string[]; readonly blockers: readonly string[] } | null
    }
  /** Tells somebody, once: `escalation.sending` before, `escalation.sent` after. */
  | {
      readonly type: 'escalation.deliver'
      readonly escalation: string
      readonly layer: LayerId
      readonly to: string
    }
)

export interface Decision {
  readonly actions: readonly Action[]
  /** When to decide again if nothing happens before; null: only after an event. */
  readonly wakeAt: number | null
}
