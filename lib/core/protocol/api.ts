/**
 * The daemon's API: HTTP + JSON on a UNIX socket. Errors are `{ error: { kind, message, hint } }` with a 4xx or 5xx
 * status. The event stream is SSE: `id: <seq>`, `event: <name>`, `data: <json>`; `?after=SEQ` resumes.
 */
import type { ErrorKind } from '../errors.js'
import type { Environment } from '../environment/environment.js'
import type { Line } from '../view/spans.js'
import type { AttemptStatus, TaskStatus } from '../words.js'
import type { EventRow } from './status.js'

export interface ApiErrorBody {
  readonly error: {
    readonly kind: ErrorKind
    readonly message: string
    readonly hint?: string
    /** 403: what was missing, and who asked. */
    readonly permission?: string
    readonly principal?: string
    /** 409 to an answer that names no prompt, or another one: what is asked now. */
    readonly question?: Question
    /** Steps that nobody has agreed to: nothing was changed. */
    readonly asks?: readonly PlanStep[]
    /** What was needed is there and does not answer: asking again does not help. */
    readonly hangs?: true
  }
}

/** What an agent or a gate asks a person. */
export interface Question {
  readonly id: string
  /** An approval must name it. */
  readonly prompt_id: string
  /** One line. */
  readonly text: string
  /** All of it, as it stands on the screen. */
  readonly lines: readonly string[]
  /** A part of it is not on the screen: it cannot be approved from afar. */
  readonly is_cut: boolean
}

/** `POST /v1/answer/ID/approve` and `…/deny`. */
export interface AnswerRequest {
  /** The question that is meant; null: whatever is asked (a no), or what is asked comes back as an error (a yes). */
  readonly prompt_id: string | null
  /** Of a gate: the numbers of the criteria that are answered; null: all that are asked. */
  readonly criteria: readonly number[] | null
  /** Of a gate. */
  readonly reason: string | null
}

/** `POST /v1/tasks/ID/block`. */
export interface BlockRequest {
  readonly text: string
  readonly proposal: string | null
  readonly impact: string | null
  readonly urgent: boolean
}

/** What the daemon tells its own API about a change; the stream turns `changed` into a `status` at most 4 times a second. */
export type StreamMessage =
  { readonly event: 'changed' } | { readonly event: 'event'; readonly data: EventRow }

/** `GET /v1/status/lines?cols=&ascii=1&offset=`: the status as text; `offset` in minutes east of UTC. */
export interface StatusPage {
  readonly lines: readonly Line[]
  /** How many things need a human. */
  readonly attention: number
}

export interface UpRequest {
  /** Absolute path of the layout file. */
  readonly layout: string
  readonly run: boolean
  /** Size of the terminal that will attach. */
  readonly cols: number
  readonly rows: number
  /** Wait until all agents are there (at most timeoutMs). */
  readonly wait: boolean
  readonly timeoutMs: number
  /** Variables of the shell that asks. Absent: those that the daemon was started with. Never logged or stored whole. */
  readonly env?: Environment
  /** Its directory, absolute. */
  readonly cwd?: string
  /** Absent: to none. */
  readonly consent?: Consent
}

/** `POST /v1/plan`. */
export interface PlanRequest {
  /** Absolute path of the layout file. */
  readonly layout: string
  /** Where `up` would be called: a shipped layout works there. */
  readonly cwd?: string
}

/** `POST /v1/run`. */
export interface RunRequest {
  /** Applied first; absolute. */
  readonly layout: string | null
  /** Where it is called. */
  readonly cwd?: string
  readonly again: boolean
  /** Another run, from this task on. */
  readonly from?: string
  readonly consent?: Consent
}

export interface UpResponse {
  readonly session: string
  /** tmux's name of the view session (the session's own name unless that was taken). */
  readonly view: string
  readonly socket: string
  readonly created: readonly string[]
  readonly changed: readonly string[]
  readonly left: number
  /** Agents that are not there yet. */
  readonly missing: readonly string[]
  readonly warnings: readonly string[]
  /** That of the warnings which says that the run has ended and that `run` began nothing. */
  readonly ended?: string
  /** How many of `created` are panes. */
  readonly createdPanes?: number
  /** What the new layout changed, as `plan` says it; a daemon of an older version does not tell. */
  readonly steps?: readonly PlanStep[]
  /** Where the view is. A daemon of an older version says so at `/v1/attach` alone. */
  readonly attach?: AttachInfo
}

export interface SendRequest {
  readonly text: string
  readonly operation_id?: string
  readonly wait?: boolean
  readonly timeout_ms?: number
}
export interface Receipt {
  readonly operation_id: string
  readonly agent: string
  readonly state: 'queued' | 'delivered' | 'unconfirmed' | 'refused'
  readonly reason: string | null
}

/** `POST /v1/agents/ID/ask`. */
export interface AskRequest {
  /** Absent: it was given before, under the same operation id. */
  readonly text?: string
  readonly operation_id: string
  readonly timeout_ms?: number
}

export interface AskDocument {
  readonly agent: string
  readonly operation_id: string
  /** null: nothing was sent. */
  readonly receipt: Receipt['state'] | null
  /** `late`: not over in that time; the others say why there is no answer. */
  readonly state:
    'answered' | 'question' | 'limited' | 'error' | 'exited' | 'refused' | 'unconfirmed' | 'late'
  /** The answer, as the model wrote it where that is known; else the question, the limit, why it was refused. */
  readonly text: string | null
  /** Where the answer was found; null: there is none. */
  readonly source: 'hook' | 'transcript' | 'screen' | null
  /** What it asks. */
  readonly question: Question | null
}

/** A line of `GET /v1/runs`. */
export interface RunRow {
  /** `report --run N` takes it. */
  readonly number: number
  /** `left`: another one was begun before its end. */
  readonly state: 'running' | 'paused' | 'finished' | 'left'
  readonly started_at: string
  readonly ended_at: string | null
  readonly duration_s: number
  /** It began with this task and all that needs it; null: with everything. */
  readonly from: string | null
  readonly tasks: number
  readonly completed: number
  readonly failed: number
  readonly blocked: number
}

/** `POST /v1/tasks/ID/retry`. */
export interface RetryRequest {
  /** Again from it on: also what is COMPLETED, and all that needs it. */
  readonly with_dependents: boolean
}

/** `POST /v1/cordon/ID` and `POST /v1/uncordon/ID`. */
export interface CordonAnswer {
  readonly kind: 'agent' | 'machine'
  readonly id: string
  readonly cordoned: boolean
  /** false: it was so before. */
  readonly changed: boolean
}

export interface ScreenDocument {
  readonly agent: string
  readonly at: string
  readonly cols: number
  readonly rows: number
  readonly title: string
  /** Plain text rows, sanitised. */
  readonly lines: readonly string[]
}

export interface PlanStep {
  readonly action: 'create' | 'start' | 'respawn' | 'leave' | 'stop' | 'change' | 'remove' | 'cancel'
  readonly kind:
    | 'session'
    | 'window'
    | 'pane'
    | 'agent'
    | 'connect'
    | 'directory'
    | 'task'
    | 'gate'
    | 'machine'
    | 'setting'
    | 'role'
  readonly subject: string
  readonly machine: string | null
  readonly command: string | null
  /** Where it works, on that machine. */
  readonly directory?: string
  readonly why: string | null
  /** What is another one, each as `directory: ~ → ~/proj2`. */
  readonly changes?: readonly string[]
  /** It ends what runs: `up` does it only for who names this key (an attempt, an agent's start, a pane). */
  readonly asks?: string
}

/** Which endings of running work were agreed to: all, or exactly those that were shown. */
export type Consent = 'all' | readonly string[]

export interface SubmitRequest {
  readonly title: string
  readonly id?: string
  readonly prompt?: string
  readonly role?: string
  readonly agent?: string
  readonly needs?: readonly string[]
  readonly priority?: number
  readonly estimateMs?: number
  readonly outputs?: readonly string[]
  /** Shell lines that must all exit 0; needs `agent:execute`, too. */
  readonly verify?: readonly string[]
  readonly timeoutMs?: number
  /** Attempts in all. */
  readonly retry?: number
  readonly cwd?: string
  /** Only an agent of that machine takes it. */
  readonly machine?: string
}

/** `POST /v1/execute`. */
export interface ExecuteRequest {
  readonly tasks: readonly SubmitRequest[]
  /** At most so many of them are at work at a time. */
  readonly max_workers: number
  /** The answer waits for the end of all of them, at most so long. */
  readonly wait_ms: number
}

/** Its answer, and that of `GET /v1/executions/ID`. */
export interface ExecutionDocument {
  readonly execution_id: string
  readonly max_workers: number
  /** `completed`: all of them are; `failed`: all have ended, not all of them well. */
  readonly status: 'running' | 'completed' | 'failed'
  readonly results: readonly ExecutionResult[]
}

export interface ExecutionResult {
  readonly task: string
  readonly status: TaskStatus
  /** The newest one, as in `GET /v1/executions`; null: it has not begun. */
  readonly attempt: string | null
  readonly agent: string | null
  readonly progress: number | null
  /** What it said about its end. */
  readonly result: string | null
  readonly outputs: readonly string[]
  /** Why it waits, or did not end well. */
  readonly reason: string | null
  readonly started_at: string | null
  readonly ended_at: string | null
}

/** A line of `GET /v1/executions`: an attempt. */
export interface ExecutionRow {
  /** As in the events of `names: compat`: of the attempt. */
  readonly execution_id: string
  /** Of the `POST /v1/execute` that asked for its task; null: another request, or the layout. */
  readonly execution: string | null
  readonly task: string
  readonly agent: string | null
  readonly agent_type: string
  readonly machine: string
  readonly status: AttemptStatus
  readonly proof: string | null
  readonly result: string | null
  readonly started_at: string
  readonly completed_at: string | null
}

/** `machine` null: the local one. */
export interface StatusLineRequest {
  readonly text: string
  readonly phase: string | null
  readonly machine: string | null
}

export interface AttachInfo {
  /** As in `tmux -L socket`. */
  readonly socket: string
  readonly socketPath: string
  readonly view: string
  readonly prefix: string
  /** TMUX_TMPDIR, when the daemon's is not the usual one. */
  readonly env: Readonly<Record<string, string>>
  readonly windows: readonly {
    readonly index: number
    readonly name: string
    readonly agents: readonly { readonly id: string; readonly pane: string | null }[]
  }[]
}

/** Keys of machines that want a passphrase from a person. */
export interface PassphrasesDocument {
  /** Paths of private keys on the daemon's machine. */
  readonly pending: readonly string[]
  /** Machines of which it is not known yet whether they will ask. */
  readonly connecting: number
}

export interface Passphrase {
  readonly key: string
  readonly passphrase: string | null
}

export interface DownResponse {
  /** Agents of which nothing is left on their machine. */
  readonly stopped: readonly string[]
  /** Machines that could not be reached, and whose agents may live on there. */
  readonly unreachable: readonly string[]
  /** Machines on which processes of ours could not be ended. */
  readonly living: readonly string[]
}

/** What the commands of a task's attempt, or of a gate, printed: from a place on, as text. */
export interface OutputPage {
  /** `TASK.N`, or the gate. */
  readonly of: string
  /** Who worked on it and prints into a log of its own; null: a command. */
  readonly agent: string | null
  readonly text: string
  /** Where to go on. */
  readonly next: number
  /** More stands there already. */
  readonly more: boolean
  /** Nothing will be added. */
  readonly over: boolean
  /** Why it cannot be read now; null: it can. */
  readonly waits: string | null
}
