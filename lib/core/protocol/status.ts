/** `status --json` (contract §4) and the rows of `agents`, `machines`, `tasks`. ISO 8601 times in UTC; ids as in the layout. */
import type { GithubRow, IssueRow } from '../github/rows.js'
import type { MergeRow } from './merges.js'
import type { RunEvent } from '../run/events.js'
import type { AgentState, AttemptStatus, EventLevel, MachineState, TaskStatus } from '../words.js'

export interface StatusDocument {
  readonly version: 1
  readonly session: string
  /** Of a store that is read without a daemon: of its last event. */
  readonly at: string
  /** null: none runs, the store answers. */
  readonly daemon: { readonly pid: number; readonly version: string; readonly started_at: string } | null
  readonly run: {
    readonly phase: 'idle' | 'running' | 'paused' | 'finished'
    readonly started_at: string | null
    readonly finished_at: string | null
  }
  readonly summary: StatusSummary
  readonly layers: readonly { readonly id: string; readonly name: string }[]
  readonly machines: readonly MachineRow[]
  readonly mcp_servers: readonly McpServerRow[]
  readonly agents: readonly AgentRow[]
  readonly tasks: readonly TaskRow[]
  readonly gates: readonly GateRow[]
  /** As the layout names it: milestones are shown in it; null: in the reader's. */
  readonly timezone: string | null
  readonly phases: readonly PhaseRow[]
  readonly milestones: readonly MilestoneRow[]
  readonly escalations: readonly EscalationRow[]
  readonly merges: readonly MergeRow[]
  readonly human: HumanRow
  readonly github: readonly GithubRow[]
}

export interface StatusSummary {
  readonly agents: number
  readonly working: number
  readonly waiting: number
  readonly idle: number
  /** Of those whose programs have no rules: alive and silent. */
  readonly quiet: number
  readonly limited: number
  readonly error: number
  readonly tasks: number
  readonly completed: number
  readonly failed: number
  readonly blocked: number
  readonly in_progress: number
  /** 0…1: completed of all; 1 only when every task is COMPLETED. */
  readonly progress: number
  /** Expected end; null when nothing runs or nothing can be said. */
  readonly eta: string | null
  /** How many of `attention` are `human`: the one number of every view. */
  readonly needs_you: number
  readonly attention: readonly Attention[]
}

export interface Attention {
  readonly kind:
    | 'agent_waiting'
    | 'agent_error'
    | 'agent_limited'
    | 'agent_exited'
    | 'agent_unknown'
    | 'agent_stalled'
    | 'prompt_unconfirmed'
    | 'task_failed'
    | 'task_blocked'
    | 'gate_waiting'
    | 'run_stuck'
    | 'machine_offline'
    | 'machine_degraded'
    | 'machine_problem'
    | 'mcp_offline'
    | 'store'
    | 'api_closed'
    | 'merge_stuck'
    | 'issue_changed'
    | 'tree_escape'
    | 'tree_stuck'
    | 'tree_leaked'
  readonly id: string
  readonly text: string
  readonly since: string | null
  /** Nobody but a person can go on here; otherwise it is bad news that may mend itself. */
  readonly human: boolean
}

export interface MachineRow {
  readonly id: string
  readonly layer: string | null
  readonly code: string
  readonly label: string | null
  readonly kind: 'local' | 'ssh' | 'client' | 'github'
  readonly state: MachineState
  readonly reason: string | null
  readonly since: string | null
  readonly rtt_ms: number | null
  readonly load1: number | null
  readonly cores: number | null
  /** 0…1 used */
  readonly memory: number | null
  /** 0…1 used, of the file system of `repo` or HOME */
  readonly disk: number | null
  readonly agents: number
  /** Agent CLIs that run there in all, ours and others; null: not surveyed. */
  readonly agent_processes: number | null
  readonly git: GitRow | null
  /** Of its working copy, the newest first. */
  readonly status_commits: readonly StatusCommitRow[]
  readonly problems: readonly string[]
  readonly tmux: string | null
  readonly surveyed_at: string | null
  readonly cordoned: boolean
}

export interface GitRow {
  readonly branch: string
  readonly dirty: number
  readonly ahead: number
  readonly behind: number
  readonly last_commit: string | null
}

/** A commit that says how things stand: `[L2][MU] status(phase): text`. */
export interface StatusCommitRow {
  readonly commit: string
  readonly at: string
  readonly layer: string
  readonly code: string
  readonly phase: string | null
  readonly text: string
}

export interface McpServerRow {
  readonly id: string
  readonly machine: string
  readonly state: MachineState
  readonly tools: number | null
  readonly reason: string | null
}

export interface AgentRow {
  readonly id: string
  readonly label: string | null
  readonly type: string
  /** Of its CLI, as it says itself; null: not known, or it has none. */
  readonly version: string | null
  readonly machine: string
  /** Where the layout has it; another machine when `on_unreachable` moved it, or since an edit. */
  readonly home: string
  readonly role: string | null
  readonly state: AgentState
  /** Its program is not known: nothing says that it waits for a prompt, and it is `quiet` where others are `idle`. */
  readonly never_idle: boolean
  readonly task: string | null
  readonly progress: number | null
  readonly confidence: number
  readonly evidence: string | null
  readonly rule: string | null
  /** What it asks, its limit, its error; sanitised, one line. */
  readonly text: string | null
  /** Fingerprint of the question that is shown: `approve` is bound to it. */
  readonly prompt_id: string | null
  /** Rows of exactly that question, whatever would not show spelled out; null: nobody is asked, or it was not seen whole. */
  readonly question: readonly string[] | null
  readonly until: string | null
  readonly observed_at: string | null
  /** The last byte that it printed. */
  readonly output_at: string | null
  readonly pid: number | null
  readonly generation: number
  readonly restarts: number
  readonly exit_code: number | null
  readonly reason: string | null
  /** The mirror pane in the view, and the pane on its own machine. */
  readonly pane: string | null
  readonly host_pane: string | null
  readonly window: string | null
  readonly queued: number
  /** It, or its machine, takes no new work: a person said so. */
  readonly cordoned: boolean
}

export interface TaskRow {
  readonly id: string
  readonly title: string
  readonly kind: 'prompt' | 'command'
  readonly status: TaskStatus
  readonly needs: readonly string[]
  /** From 1. */
  readonly wave: number
  readonly role: string | null
  readonly agent: string | null
  readonly machine: string | null
  readonly attempt: number
  readonly attempts: number
  readonly attempt_status: AttemptStatus | null
  readonly progress: number | null
  /** Seconds. */
  readonly estimated_time: number
  readonly priority: number
  readonly started_at: string | null
  readonly ended_at: string | null
  readonly reason: string | null
  readonly human: { readonly asked: number; readonly waited_s: number }
  /** The issue on GitHub that it is bound to. */
  readonly issue: IssueRow | null
  /** Of its last attempt, where it works in a worktree. */
  readonly tree: TaskTreeRow | null
  /** Where its branch has landed; null: nowhere yet. */
  readonly landed: { readonly oid: string; readonly into: string; readonly at: string } | null
  /** How the last attempt proved its end: `exit`, `report`, `marker`, … */
  readonly proof: string | null
}

export interface TaskTreeRow {
  readonly slot: string | null
  readonly path: string | null
  readonly branch: string | null
  readonly base: string | null
  /** When the target was fetched that it started from; null: not known any more. */
  readonly base_at: string | null
  /** Of its branch when it was verified or released; null: neither yet. */
  readonly head: string | null
  readonly commits: number
  /** Files that it changed. */
  readonly files: number
}

export interface GateRow {
  readonly id: string
  readonly title: string | null
  readonly status: 'closed' | 'checking' | 'waiting' | 'open' | 'failed'
  readonly after: readonly string[]
  readonly approve: 'human' | 'none'
  /** Whose answers count: a role of `people:`; null: any person. */
  readonly role: string | null
  /** Answers that each question needs; 0: nobody is asked. */
  readonly count: number
  /** Those of `people:` who may answer. */
  readonly approvers: readonly string[]
  readonly criteria: readonly CriterionRow[]
  readonly since: string
  readonly reason: string | null
  /** The revision that an answer counts for; null: it cannot be answered now. */
  readonly prompt_id: string | null
  readonly question: readonly string[] | null
}

/** One thing that a gate asks: commands, or a question for a person. */
export interface CriterionRow {
  /** As `approve --criterion` counts it; null: the gate's own `verify`, or whether it may open. */
  readonly number: number | null
  readonly text: string | null
  readonly kind: 'commands' | 'question'
  readonly outcome: 'passed' | 'failed' | 'unchecked'
  /** The command that failed. */
  readonly failed: string | null
  /** To the present revision, one a person. */
  readonly answers: readonly GateAnswerRow[]
  readonly needed: number
}

export interface GateAnswerRow {
  /** An id of `people:`, else the principal. */
  readonly person: string
  readonly by: string
  readonly reason: string | null
  readonly at: string
}

export interface PhaseRow {
  readonly id: string
  readonly title: string | null
  readonly goal: string | null
  /** `planning`: it may begin and has not, or only its planning was begun. */
  readonly state: 'complete' | 'planning' | 'in_progress' | 'waiting_for_gate' | 'not_started'
  /** Tasks, those that are disabled or removed apart. */
  readonly done: number
  readonly total: number
  /** FAILED and BLOCKED ones. */
  readonly failed: number
  readonly tasks: readonly string[]
  readonly needs: readonly string[]
  readonly workers: readonly string[]
  readonly gate: string | null
  readonly gate_status: GateRow['status'] | null
  /** Seconds: the sum of the estimates, and of the attempts that have ended. */
  readonly estimated_time: number
  readonly worked_time: number
  readonly started_at: string | null
  readonly ended_at: string | null
}

export interface MilestoneRow {
  readonly id: string
  readonly title: string | null
  readonly due: string | null
  /** By the median of how long tasks really took; done: when it was. */
  readonly forecast: string | null
  readonly state: 'on_time' | 'at_risk' | 'late' | 'done'
  /** By how much `forecast` is after `due`. */
  readonly late_s: number
  /** By the p90. */
  readonly slow_forecast: string | null
  readonly slow_late_s: number
  readonly done: number
  readonly total: number
  /** Tasks that go on only when a person does something. */
  readonly stuck: readonly string[]
  readonly stop_other_work: boolean
  /** Since when the journal has that state; null: it does not say it yet. */
  readonly since: string | null
}

/** Of a run: how often a person was asked, how long work waited for a person, and what share of all work that was. */
export interface HumanRow {
  readonly asked: number
  readonly waited_s: number
  /** 0…1: waited ÷ (waited + at work). */
  readonly blocked_share: number
}

/** A cause that was told to somebody. */
export interface EscalationRow {
  /** `ack` takes it. */
  readonly id: string
  readonly state: 'open' | 'acked' | 'closed'
  readonly kind: string
  readonly subject: string
  readonly task: string | null
  readonly urgent: boolean
  readonly issue: string
  readonly blocker: string
  readonly proposal: string
  readonly impact: string
  /** The highest that was told. */
  readonly layer: string | null
  readonly opened_at: string
  readonly told: readonly {
    readonly layer: string
    readonly at: string
    readonly to: readonly {
      /** `agent:ID`, `person:ID`, `notify`, `github`. */
      readonly to: string
      /** `uncertain`: the daemon was killed while it told, and does not repeat it. */
      readonly state: 'pending' | 'sending' | 'sent' | 'failed' | 'uncertain'
      readonly reason: string | null
    }[]
  }[]
  /** Who is told when without an `ack`; `at` null: when nobody there can be told. */
  readonly next: { readonly layer: string; readonly at: string | null } | null
  readonly acked_by: string | null
  readonly acked_at: string | null
  readonly closed_at: string | null
}

/** One line of `events --raw`: an event as it stands in the journal, in the present format. */
export type RawEventRow = { readonly seq: number } & RunEvent

/** One line of `events`. */
export interface EventRow {
  readonly seq: number
  readonly at: string
  readonly type: string
  /** Agent, task, machine, gate or window that it is about. */
  readonly subject: string | null
  readonly text: string
  readonly level: EventLevel
  /** Who caused it, KIND:ID (`person:1000`, `attempt:Task-2.1`, `daemon`); null: it was seen, nobody asked for it. */
  readonly by: string | null
}
