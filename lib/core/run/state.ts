/**
 * The state of one session: the fold of its events. Records are replaced, never changed in place; the maps belong to
 * the loop that folds (so that 10,000 tasks cost no copy an event). Derived indexes live beside them.
 */
import type {
  AgentId,
  AttemptId,
  GateId,
  MachineId,
  MilestoneId,
  Nonce,
  PaneId,
  SlotId,
  TaskId,
} from '../ids.js'
import type { Approval } from '../gates/approval.js'
import type { EscalationRecord } from '../escalation/records.js'
import type { CordonRecord } from '../cordon/cordon-record.js'
import type { RunRecord } from '../runs/run-record.js'
import type { IssueRelease } from '../github/release.js'
import type { BoundIssue } from '../github/bound-issue.js'
import type { HumanRecord } from '../reports/human-record.js'
import type { ReportingRecord } from '../reports/records.js'
import type { AgentSpec, GateSpec, Layout, Machine, TaskSpec } from '../layout/model.js'
import type { Principal } from '../principal.js'
import type { MilestoneState } from '../phases/plan-specs.js'
import type { MergeRecord } from '../merges/records.js'
import type { Millis } from '../time.js'
import type {
  AttemptTree,
  Landed,
  LeakRecord,
  SavedWork,
  SlotRecord,
  TargetRecord,
} from '../trees/records.js'
import type { AttemptStatus, MachineState, TaskStatus } from '../words.js'
import type { AnswerRecord } from './answer-record.js'
import type { TaskContext } from './given.js'
import type { CheckResult, Observation, Proof, ResetReason } from './events.js'

export type RunPhase = 'idle' | 'running' | 'paused' | 'finished'

export interface MachineRecord {
  readonly spec: Machine
  readonly state: MachineState
  readonly reason: string | null
  readonly since: Millis
  readonly load1: number | null
  readonly cores: number | null
}

/** Liveness has three values; `unknown` keeps what was known last. */
export type AgentProcess =
  | { readonly status: 'absent' }
  | { readonly status: 'starting'; readonly since: Millis }
  | { readonly status: 'alive'; readonly pid: number; readonly pane: PaneId; readonly since: Millis }
  | {
      readonly status: 'exited'
      readonly exitCode: number | null
      readonly signal: string | null
      readonly reason: string
      /** What ended it together with all that ran on its machine; null: it ended alone. */
      readonly reset: ResetReason | null
      readonly at: Millis
    }

export interface AgentRecord {
  /** As the layout has it now; an agent that was removed keeps its last one, and `wanted: 'removed'`. */
  readonly spec: AgentSpec
  /** `standby`: it starts only when it is called. */
  readonly wanted: 'running' | 'standby' | 'stopped' | 'removed'
  /** Where it runs or will run: its machine, or what `on_unreachable` chose. */
  readonly machine: MachineId
  /** Counts starts; 0: never. The key that makes a start happen once. */
  readonly generation: number
  readonly process: AgentProcess
  /** Of what runs, or ran last; the layout may have another one by now (`specChanged`). */
  readonly mode: AgentSpec['mode']
  readonly observation: (Observation & { readonly at: Millis }) | null
  readonly attempt: AttemptId | null
  /** Times of the last restarts by policy, for the burst limit. */
  readonly restarts: readonly Millis[]
  readonly restartRequested: boolean
  /** exited: when it starts again by itself; null: it does not, `process.reason` says why. */
  readonly restartAt: Millis | null
  /** No new task before: its last start or delivery failed. */
  readonly coolUntil: Millis | null
  /** Starts and deliveries that failed one after the other. */
  readonly troubles: number
  /** When it was last given a task. */
  readonly lastUsedAt: Millis | null
  /** What runs, or ran last, was started so; null: never started. An edit of the layout changes `spec` alone. */
  readonly startedAs: AgentSpec | null
  /** It lives, and the layout starts it differently now (command, machine, environment, directory): used at its next start. */
  readonly specChanged: boolean
  /** Of one that stands by: why it was called, for a person to read; null: it was not. */
  readonly called: string | null
}

export interface AttemptRecord {
  readonly id: AttemptId
  readonly task: TaskId
  readonly number: number
  readonly agent: AgentId | null
  readonly generation: number | null
  /** A process of its own, which its agent's pane only shows: it does not end with that pane. */
  readonly headless: boolean
  readonly machine: MachineId
  readonly nonce: Nonce
  readonly random: number
  /** The task, and what was known around it, when the attempt began. Its prompt, files and checks follow this, not a later edit. */
  readonly told: TaskContext
  /** Where its work is done, on its machine; null: HOME. */
  readonly directory: string | null
  readonly phase: 'starting' | 'running' | 'verifying' | 'ended'
  readonly startedAt: Millis
  readonly endedAt: Millis | null
  /** null while it runs. */
  readonly status: AttemptStatus | null
  /** A word of the retry policy (`RetrySpec.except`): `exit:<code>`, `timeout`, `verify`, `agent_exited`, … */
  readonly cause: string | null
  readonly reason: string | null
  readonly progress: number | null
  readonly text: string | null
  readonly checkpoint: string | null
  readonly proof: Proof | null
  readonly checks: readonly CheckResult[]
  readonly outputs: readonly string[]
  readonly screen: string | null
  /** Why it is not known whether its agent took the prompt; null: it did, or has been seen at work since. */
  readonly unconfirmed: string | null
  /** Time during which the time-out did not count (limited, waiting for a human, unreachable). */
  readonly suspendedMs: Millis
  readonly suspendedSince: Millis | null
  /** null: it works in no worktree of ours. */
  readonly tree: AttemptTree | null
}

export interface TaskRecord {
  readonly spec: TaskSpec
  readonly status: TaskStatus
  /** A person can read why: what it waits for, what failed. null while there is nothing to say. */
  readonly reason: string | null
  readonly attempts: readonly AttemptId[]
  readonly readyAt: Millis | null
  /** No new attempt before (retry back-off). */
  readonly notBefore: Millis | null
  readonly startedAt: Millis | null
  readonly endedAt: Millis | null
  /** Why its attempt is to end, for a person to read; null: nobody wants that. */
  readonly cancelRequested: string | null
  readonly alreadyDone: 'unchecked' | 'no' | 'yes'
  readonly submittedAt: Millis
  readonly origin: 'layout' | 'submitted'
  /** The layout had it and has it no more; kept because of its attempts. Pending again if the layout brings it back. */
  readonly removed: boolean
  /** Needs that were added while it waited; an edit of the layout does not take them away. */
  readonly addedNeeds: readonly string[]
  /** Attempts before this index do not count any more: a person asked to try again. */
  readonly budgetFrom: number
  /** Its own agents have used up the attempts: only a fallback may take it now. */
  readonly onFallback: boolean
  /** BLOCKED by what an attempt reported, or by a person: only a person frees it. */
  readonly stuck: boolean
  /** CANCELLED because what it would have answered did not come: nothing that it needs has failed. It may be needed later. */
  readonly notNeeded: boolean
  /** What somebody said holds it up; a running attempt is to end because of it. */
  readonly block: BlockRecord | null
  /** Where its work has landed; null: nowhere yet. */
  readonly landed: Landed | null
  /** It was asked for together with others; null: alone, or by the layout. */
  readonly execution: ExecutionOfTask | null
}

/** Tasks that were asked for in one request. */
export interface ExecutionOfTask {
  readonly id: string
  /** At most so many of them are at work at a time. */
  readonly maxWorkers: number
}

export interface BlockRecord {
  readonly text: string
  readonly proposal: string | null
  readonly impact: string | null
  readonly urgent: boolean
  readonly by: Principal
  readonly at: Millis
}

export interface GateRecord {
  readonly spec: GateSpec
  readonly status: 'closed' | 'checking' | 'waiting' | 'open' | 'failed'
  readonly checks: readonly CheckResult[]
  readonly reason: string | null
  readonly since: Millis
  /** HEAD of its directory when it began to wait; null: it stands in no repository. */
  readonly head: string | null
  /** When the present question was first asked; a new look with the same outcome leaves it. null: nothing is asked. */
  readonly askedAt: Millis | null
  /** Answers to the present question. */
  readonly approvals: readonly Approval[]
}

/** What the forecast last said of it; of one that it never spoke of there is none. */
export interface MilestoneRecord {
  readonly id: MilestoneId
  readonly state: MilestoneState
  readonly since: Millis
  readonly dueAt: Millis
  readonly forecastAt: Millis | null
  readonly slowAt: Millis | null
  readonly lateMs: Millis
}

export interface RunState {
  layout: Layout | null
  phase: RunPhase
  startedAt: Millis | null
  finishedAt: Millis | null
  readonly machines: Map<MachineId, MachineRecord>
  readonly agents: Map<AgentId, AgentRecord>
  readonly tasks: Map<TaskId, TaskRecord>
  readonly attempts: Map<AttemptId, AttemptRecord>
  readonly gates: Map<GateId, GateRecord>
  readonly milestones: Map<MilestoneId, MilestoneRecord>
  /** The last answers to prompts and gates, in their order. */
  readonly answers: AnswerRecord[]
  /** By the key of the cause; the latest last. */
  readonly escalations: Map<string, EscalationRecord>
  /** How many were ever opened: their numbers. */
  escalationCount: number
  reporting: ReportingRecord
  readonly slots: Map<SlotId, SlotRecord>
  /** By ref. */
  readonly saved: Map<string, SavedWork>
  /** What is not accounted for on the disks, by `leakKey`. */
  readonly leaks: Map<string, LeakRecord>
  /** By `repository/branch`: where work was landed. */
  readonly targets: Map<string, TargetRecord>
  /** By the name of the queue. */
  readonly merges: Map<string, MergeRecord>
  /** By task or gate: whoever was never asked has none. */
  readonly human: Map<string, HumanRecord>
  /** Issues that tasks are bound to. */
  readonly issues: Map<TaskId, BoundIssue>
  /** By machine and number. */
  readonly releases: Map<string, IssueRelease>
  /** In their order; the last one is the present one. */
  readonly runs: RunRecord[]
  /** Agents and machines that take no new work, by `cordonKey`. */
  readonly cordons: Map<string, CordonRecord>
}
