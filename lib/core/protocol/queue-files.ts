/**
 * The files of the run directory (contract §5) as values, made from the state alone: the same state gives the same
 * files. Times are ISO 8601 in UTC; what is not known is null.
 */
import type { AgentId, AttemptId, TaskId } from '../ids.js'
import type { TaskSpec } from '../layout/task-spec.js'
import type { AgentRecord, AttemptRecord, RunState, TaskRecord } from '../run/state.js'
import type { Millis } from '../time.js'
import type { AgentState, AttemptStatus, TaskStatus } from '../words.js'

export interface TaskQueueFile {
  readonly tasks: readonly {
    readonly task_id: string
    /** Who has or had it; before, who is to have it. */
    readonly agent: string | null
    readonly description: string
    readonly dependencies: readonly string[]
    readonly status: TaskStatus
    readonly priority: number
    /** Seconds. */
    readonly estimated_time: number
    readonly started_at: string | null
    readonly completed_at: string | null
    readonly error: string | null
  }[]
}

export function taskQueue(state: RunState): TaskQueueFile {
  return {
    tasks: [...state.tasks.values()].map((task) => ({
      task_id: task.spec.id,
      agent: lastAttempt(state, task)?.agent ?? task.spec.agent,
      description: task.spec.title,
      dependencies: [...task.spec.needs, ...task.addedNeeds],
      status: task.status,
      priority: task.spec.priority,
      estimated_time: Math.round(task.spec.estimateMs / 1000),
      started_at: iso(task.startedAt),
      completed_at: iso(task.endedAt),
      error: isTrouble(task.status) ? task.reason : null,
    })),
  }
}

export interface AgentStatusFile {
  readonly agent_id: string
  /** The task it works on; between tasks, none. */
  readonly task_id: string | null
  readonly status: AgentState
  readonly progress: number | null
  readonly started_at: string | null
  readonly updated_at: string | null
  readonly output_files: readonly string[]
  readonly errors: readonly string[]
  /** The first task that waits for exactly this agent. */
  readonly next_task: string | null
}

/** Of all agents, each a value of its own that stays the same one while nothing in it changed. */
export class AgentStatusFiles {
  #made = new Map<AgentId, Made>()

  of(state: RunState): readonly AgentStatusFile[] {
    const next = nextTasks(state)
    const made = new Map<AgentId, Made>()
    for (const [id, agent] of state.agents) {
      const attempt = agent.attempt === null ? undefined : state.attempts.get(agent.attempt)
      const task = attempt === undefined ? undefined : state.tasks.get(attempt.task)
      const from = [agent, attempt, task?.spec, next.get(id)] as const
      const last = this.#made.get(id)
      const same = last?.from.every((one, i) => one === from[i]) === true
      made.set(id, same ? last : { from, file: agentStatus(id, ...from) })
    }
    this.#made = made
    return [...made.values()].map(({ file }) => file)
  }
}

type Sources = readonly [
  agent: AgentRecord,
  attempt: AttemptRecord | undefined,
  spec: TaskSpec | undefined,
  next: TaskId | undefined,
]

interface Made {
  readonly from: Sources
  readonly file: AgentStatusFile
}

function agentStatus(id: AgentId, ...[agent, attempt, spec, next]: Sources): AgentStatusFile {
  const trouble = agent.process.status === 'exited' ? agent.process.reason : troubleOf(agent)
  return {
    agent_id: id,
    task_id: attempt?.task ?? null,
    status: stateOf(agent),
    progress: attempt?.progress ?? null,
    started_at: iso(attempt?.startedAt ?? null),
    updated_at: iso(latest(agent.observation?.at, attempt?.startedAt, processSince(agent))),
    output_files: spec?.outputs ?? [],
    errors: trouble === null ? [] : [trouble],
    next_task: next ?? null,
  }
}

export interface ResultFile {
  readonly version: 1
  readonly task_id: string
  readonly attempt: string
  readonly agent_id: string | null
  readonly machine: string
  readonly status: AttemptStatus
  readonly proof: string | null
  readonly exit_code: number | null
  readonly text: string | null
  readonly reason: string | null
  readonly started_at: string
  readonly completed_at: string
  /** Seconds. */
  readonly duration: number
  readonly output_files: readonly string[]
  readonly checks: readonly {
    readonly command: string
    readonly ok: boolean
    readonly exit_code: number | null
    readonly output: string
  }[]
  /** All finished attempts of the task, this one included. */
  readonly attempts: readonly {
    readonly attempt: string
    readonly agent_id: string | null
    readonly status: AttemptStatus
    readonly reason: string | null
    readonly started_at: string
    readonly completed_at: string
  }[]
}

/** The record of the task's last finished attempt; undefined while there is none. */
export function resultRecord(state: RunState, id: TaskId): ResultFile | undefined {
  const finished = (state.tasks.get(id)?.attempts ?? [])
    .map((attempt) => state.attempts.get(attempt))
    .filter(isFinished)
  const last = finished.at(-1)
  if (last === undefined) return undefined
  return {
    version: 1,
    task_id: id,
    attempt: last.id,
    agent_id: last.agent,
    machine: last.machine,
    status: last.status,
    proof: last.proof?.kind ?? null,
    exit_code: last.proof?.exitCode ?? null,
    text: last.proof?.text ?? last.text,
    reason: last.reason,
    started_at: isoOf(last.startedAt),
    completed_at: isoOf(last.endedAt),
    duration: Math.max(0, last.endedAt - last.startedAt) / 1000,
    output_files: last.outputs,
    checks: last.checks.map(({ command, ok, exitCode, output }) => ({
      command,
      ok,
      exit_code: exitCode,
      output,
    })),
    attempts: finished.map((attempt) => ({
      attempt: attempt.id,
      agent_id: attempt.agent,
      status: attempt.status,
      reason: attempt.reason,
      started_at: isoOf(attempt.startedAt),
      completed_at: isoOf(attempt.endedAt),
    })),
  }
}

type Finished = AttemptRecord & { readonly status: AttemptStatus; readonly endedAt: Millis }

function isFinished(attempt: AttemptRecord | undefined): attempt is Finished {
  return attempt !== undefined && attempt.status !== null && attempt.endedAt !== null
}

function lastAttempt(state: RunState, task: TaskRecord): AttemptRecord | undefined {
  const id: AttemptId | undefined = task.attempts.at(-1)
  return id === undefined ? undefined : state.attempts.get(id)
}

/** For each agent for which a task waits, the first of them. */
function nextTasks(state: RunState): ReadonlyMap<AgentId, TaskId> {
  const first = new Map<AgentId, TaskRecord>()
  for (const task of state.tasks.values()) {
    const { agent } = task.spec
    if (agent === null || (task.status !== 'READY' && task.status !== 'PENDING')) continue
    const found = first.get(agent)
    if (found === undefined || rank(task) < rank(found)) first.set(agent, task)
  }
  return new Map([...first].map(([agent, { spec }]) => [agent, spec.id]))
}

/** READY before PENDING, then by priority. */
function rank(task: TaskRecord): number {
  return (task.status === 'READY' ? 0 : 1e9) + task.spec.priority
}

function stateOf(agent: AgentRecord): AgentState {
  switch (agent.process.status) {
    case 'absent':
      return 'unknown'
    case 'starting':
      return 'starting'
    case 'exited':
      return 'exited'
    case 'alive':
      return agent.observation?.state ?? 'starting'
    default:
      return agent.process satisfies never
  }
}

function troubleOf({ observation }: AgentRecord): string | null {
  return observation?.state === 'error' ? (observation.text ?? 'error') : null
}

function processSince({ process }: AgentRecord): Millis | undefined {
  return process.status === 'absent' ? undefined : process.status === 'exited' ? process.at : process.since
}

function isTrouble(status: TaskStatus): boolean {
  return status === 'FAILED' || status === 'BLOCKED' || status === 'CANCELLED'
}

function latest(...times: readonly (Millis | undefined)[]): Millis | null {
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? null : Math.max(...known)
}

function iso(at: Millis | null): string | null {
  return at === null ? null : isoOf(at)
}

function isoOf(at: Millis): string {
  return new Date(at).toISOString()
}
