/**
 * What happened. Every event is journalled before anything that follows from it is done or acknowledged, and the
 * state is the fold of all events: `reduce`. Plain JSON values only. `type` is in the past tense or names a fact.
 */
import type { AgentId, AttemptId, GateId, MachineId, MilestoneId, Nonce, PaneId, TaskId } from '../ids.js'
import type { Layout, TaskSpec } from '../layout/model.js'
import type { MilestoneState } from '../phases/plan-specs.js'
import type { Principal } from '../principal.js'
import type { Millis } from '../time.js'
import type { AgentState, AttemptStatus, MachineState } from '../words.js'

/** How an attempt proved its end. `marker` and `report` carry the attempt's nonce; `exit` the job's own exit record. */
export type ProofKind = 'exit' | 'report' | 'hook' | 'result' | 'marker' | 'already_done'

export interface Proof {
  readonly kind: ProofKind
  readonly outcome: 'done' | 'fail' | 'blocked'
  readonly text: string | null
  readonly exitCode: number | null
}

export interface CheckResult {
  readonly command: string
  readonly ok: boolean
  readonly exitCode: number | null
  /** The end of what it printed, sanitised, at most 4 KB. */
  readonly output: string
  readonly durationMs: Millis
}

export interface Observation {
  readonly state: AgentState
  /** 0…1 */
  readonly confidence: number
  /** `exit`, `report`, `hook`, `title`, `screen`, `activity`, `process`, or two of them in contradiction: `title/screen`. */
  readonly evidence: string
  readonly rule: string | null
  /** The dialog's question, the limit's text, the error's text; sanitised, one line. */
  readonly text: string | null
  /** Fingerprint of the dialog shown: `approve` is bound to it. */
  readonly promptId: string | null
  /** limited: when it ends by its own words. */
  readonly until: Millis | null
  /** working: since when nothing has changed, where that is so long that it may hang. */
  readonly stalledSince: Millis | null
}

/** `down`: orchestra itself ended everything of its own there. */
export type ResetReason = 'reboot' | 'server_gone' | 'down'

export type RunEvent = { readonly at: Millis } & (
  | {
      readonly type: 'layout.applied'
      readonly layout: Layout
      readonly revive: boolean
      readonly by: Principal
    }
  | {
      readonly type: 'machine.changed'
      readonly machine: MachineId
      readonly state: MachineState
      readonly reason: string | null
    }
  /** A machine's tmux or boot is not the one that we knew: everything that ran there is gone. */
  | {
      readonly type: 'machine.reset'
      readonly machine: MachineId
      readonly reason: ResetReason
      /** `down`: who asked for it. Else null: it was found so. */
      readonly by: Principal | null
    }
  | {
      readonly type: 'machine.loaded'
      readonly machine: MachineId
      readonly load1: number
      readonly cores: number
    }
  // agents
  | {
      readonly type: 'agent.starting'
      readonly agent: AgentId
      readonly generation: number
      readonly machine: MachineId
    }
  | {
      readonly type: 'agent.started'
      readonly agent: AgentId
      readonly generation: number
      readonly machine: MachineId
      readonly pid: number
      readonly pane: PaneId
    }
  | {
      readonly type: 'agent.start_failed'
      readonly agent: AgentId
      readonly generation: number
      readonly reason: string
    }
  | {
      readonly type: 'agent.exited'
      readonly agent: AgentId
      readonly generation: number
      readonly exitCode: number | null
      readonly signal: string | null
      readonly reason: string
    }
  | {
      readonly type: 'agent.observed'
      readonly agent: AgentId
      readonly generation: number
      readonly observation: Observation
    }
  | { readonly type: 'agent.stop_requested'; readonly agent: AgentId; readonly by: Principal }
  | {
      readonly type: 'agent.restart_requested'
      readonly agent: AgentId
      readonly by: Principal
      /** Why the daemon asks for it by itself. */
      readonly reason: string | null
    }
  /** The permission prompt that was shown was answered, by a person or as the layout says. */
  | {
      readonly type: 'prompt.answered'
      readonly agent: AgentId
      readonly generation: number
      readonly approved: boolean
      /** Fingerprint of the prompt that was shown. */
      readonly promptId: string | null
      /** Exactly what was asked, a row each; sanitised. */
      readonly question: readonly string[]
      /** The choice that was taken, in the CLI's words. */
      readonly option: string | null
      /** The entry of `auto_approve` that allowed it; null: whoever answered decided. */
      readonly rule: string | null
      readonly by: Principal
    }
  /** A limit has ended, and the agent was told to go on with its attempt. */
  | {
      readonly type: 'limit.passed'
      readonly agent: AgentId
      readonly attempt: AttemptId
      readonly receipt: 'delivered' | 'unconfirmed' | 'refused'
      readonly reason: string | null
      readonly by: Principal
    }
  /** An agent's record did not count: a wrong nonce, owner, type or size. */
  | { readonly type: 'report.ignored'; readonly agent: AgentId; readonly reason: string }
  // the run
  | { readonly type: 'run.started'; readonly by: Principal }
  | { readonly type: 'run.paused'; readonly by: Principal }
  | { readonly type: 'run.resumed'; readonly by: Principal }
  | { readonly type: 'run.finished' }
  /** The graph begins anew; refused while an attempt lives. */
  | { readonly type: 'run.reset'; readonly by: Principal }
  | { readonly type: 'task.submitted'; readonly task: TaskSpec; readonly by: Principal }
  | {
      readonly type: 'task.needs_added'
      readonly task: TaskId
      readonly needs: readonly string[]
      readonly by: Principal
    }
  | { readonly type: 'task.cancel_requested'; readonly task: TaskId; readonly by: Principal }
  | { readonly type: 'task.retry_requested'; readonly task: TaskId; readonly by: Principal }
  | {
      readonly type: 'task.already_done'
      readonly task: TaskId
      readonly done: boolean
      readonly output: string
    }
  // attempts
  /** Durable before the first effect. `random` (0…1) is drawn by the performer, for jitter in retries. */
  | {
      readonly type: 'attempt.started'
      readonly attempt: AttemptId
      readonly task: TaskId
      readonly agent: AgentId | null
      readonly generation: number | null
      readonly machine: MachineId
      readonly nonce: Nonce
      readonly random: number
      /** A process of its own, of an agent in `mode: headless`. */
      readonly headless: boolean
    }
  /** The prompt was accepted, or the job's process exists. */
  | {
      readonly type: 'attempt.running'
      readonly attempt: AttemptId
      readonly pid: number | null
      /** Why it is not known whether the agent took the prompt; empty: it did. */
      readonly unconfirmed: string
    }
  | {
      readonly type: 'attempt.progressed'
      readonly attempt: AttemptId
      readonly progress: number | null
      readonly text: string | null
      readonly checkpoint: string | null
    }
  | { readonly type: 'attempt.proved'; readonly attempt: AttemptId; readonly proof: Proof }
  | {
      readonly type: 'attempt.verified'
      readonly attempt: AttemptId
      readonly ok: boolean
      readonly checks: readonly CheckResult[]
      readonly missingOutputs: readonly string[]
      readonly outputs: readonly string[]
    }
  /** It could not start, or ended without proof: process gone, machine reset, cancelled, timed out. */
  | {
      readonly type: 'attempt.ended'
      readonly attempt: AttemptId
      readonly status: AttemptStatus
      readonly reason: string
      readonly screen: string | null
    }
  // gates
  | {
      readonly type: 'gate.checked'
      readonly gate: GateId
      readonly ok: boolean
      readonly checks: readonly CheckResult[]
      /** HEAD of the gate's directory then. */
      readonly head: string | null
    }
  | {
      readonly type: 'gate.answered'
      readonly gate: GateId
      readonly approved: boolean
      /** What it asked then, a row each. */
      readonly question: readonly string[]
      /** Which revision of the question was answered. */
      readonly promptId: string | null
      /** The numbers of the criteria that were answered; null: all that are asked. */
      readonly criteria: readonly number[] | null
      readonly reason: string | null
      readonly by: Principal
    }
  /** What its commands look at may have changed since: they are run again, and an answer counts on if they say the same. */
  | {
      readonly type: 'gate.check_requested'
      readonly gate: GateId
      readonly reason: string
      readonly by: Principal
    }
  // the plan
  /** The forecast of a milestone has another word for it than before. */
  | {
      readonly type: 'milestone.changed'
      readonly milestone: MilestoneId
      readonly state: MilestoneState
      readonly dueAt: Millis
      /** By the median; done: when it was. */
      readonly forecastAt: Millis | null
      readonly slowAt: Millis | null
      readonly lateMs: Millis
    }
  /** The wall clock is another one than the journal was written by: times that still decide are moved by so much. */
  | { readonly type: 'clock.changed'; readonly waitsMs: Millis; readonly workMs: Millis }
  // delivery of prompts by people
  | {
      readonly type: 'message.queued'
      readonly agent: AgentId
      readonly operation: string
      readonly digest: string
      readonly bytes: number
      readonly by: Principal
    }
  | {
      readonly type: 'message.settled'
      readonly agent: AgentId
      readonly operation: string
      readonly receipt: 'delivered' | 'unconfirmed' | 'refused'
      readonly reason: string | null
    }
  /** Something worth a line in the journal, which changes no state and which nobody has to find by its fields. */
  | { readonly type: 'noted'; readonly subject: string; readonly text: string }
)

export type RunEventType = RunEvent['type']
