/** The tables that follow from events, kept in the same transaction as the events themselves. */
import type { RunEvent, RunEventType } from '../core/run/events.js'
import type { Millis } from '../core/time.js'
import type { AttemptStatus } from '../core/words.js'
import type { SqliteDriver, SqlRow } from './driver.js'
import { operationsOf, promptEnd, type PromptEnd } from './receipts.js'

/** One line of the history: who did what, for how long, and how it ended. */
export interface Execution {
  readonly attempt: string
  readonly task: string
  readonly agent: string | null
  /** The agent's type in the layout; `command` for jobs without an agent. */
  readonly agentType: string
  readonly machine: string
  readonly status: AttemptStatus
  /** How it proved its end: `exit`, `report`, …; null while it runs, or when it ended without proof. */
  readonly proof: string | null
  /** What it said about its end, or the reason why it was ended; at most 500 characters. */
  readonly result: string | null
  readonly startedAt: Millis
  readonly completedAt: Millis | null
}

export interface ExecutionsQuery {
  readonly agent?: string
  readonly task?: string
  /** Only the last so many. */
  readonly newest?: number
}

/** Agent → type, from the last layout. */
export type AgentTypes = ReadonlyMap<string, string>

export function agentTypesAfter(events: readonly RunEvent[], before: AgentTypes): AgentTypes {
  let types = before
  for (const event of events) {
    if (event.type !== 'layout.applied') continue
    types = new Map([...types, ...event.layout.agents.map((agent) => [agent.id, agent.type] as const)])
  }
  return types
}

type Projection<T extends RunEventType> = (
  db: SqliteDriver,
  event: Extract<RunEvent, { type: T }>,
  types: AgentTypes,
) => void

const PROJECTIONS: { readonly [T in RunEventType]?: Projection<T> } = {
  'attempt.started': (db, event, types) =>
    db.run(
      `INSERT OR IGNORE INTO agent_executions (attempt, task, agent, agent_type, machine, status, started_at)
       VALUES (?, ?, ?, ?, ?, 'running', ?)`,
      event.attempt,
      event.task,
      event.agent,
      event.agent === null ? 'command' : (types.get(event.agent) ?? 'unknown'),
      event.machine,
      event.at,
    ),
  'attempt.proved': (db, event) => {
    db.run(
      'UPDATE agent_executions SET proof = ?, result = ? WHERE attempt = ? AND completed_at IS NULL',
      event.proof.kind,
      short(event.proof.text),
      event.attempt,
    )
    if (event.proof.outcome !== 'done') end(db, event.attempt, 'failed', null, event.at)
  },
  'attempt.verified': (db, event) =>
    end(db, event.attempt, event.ok ? 'succeeded' : 'failed', verdict(event), event.at),
  'attempt.ended': (db, event) => end(db, event.attempt, event.status, event.reason, event.at),
  'message.queued': (db, event) =>
    db.run(
      `INSERT OR IGNORE INTO receipts (operation, agent, digest, phase, at) VALUES (?, ?, ?, 'waiting', ?)`,
      event.operation,
      event.agent,
      event.digest,
      event.at,
    ),
  'message.settled': (db, event) =>
    db.run(
      `UPDATE receipts SET phase = 'settled', generation = NULL, outcome = ?, reason = ?, at = ? WHERE operation = ?`,
      event.receipt,
      event.reason,
      event.at,
      event.operation,
    ),
}

/** Writes what an event means for the tables. Runs inside the transaction that holds the event. */
export function project(db: SqliteDriver, event: RunEvent, types: AgentTypes): void {
  const projection = PROJECTIONS[event.type] as Projection<RunEventType> | undefined
  projection?.(db, event, types)
  const ended = promptEnd(event)
  if (ended !== null) settlePrompt(db, ended, event.at)
}

/** An attempt ends once; a verdict that comes later changes nothing. */
function end(db: SqliteDriver, attempt: string, status: AttemptStatus, why: string | null, at: Millis): void {
  db.run(
    `UPDATE agent_executions SET status = ?, result = coalesce(?, result), completed_at = ?
     WHERE attempt = ? AND completed_at IS NULL`,
    status,
    short(why),
    at,
    attempt,
  )
}

function settlePrompt(db: SqliteDriver, { attempt, outcome, reason }: PromptEnd, at: Millis): void {
  db.run(
    `UPDATE receipts SET phase = 'settled', generation = NULL, outcome = ?, reason = ?, at = ?
     WHERE operation >= ? AND operation < ? AND phase <> 'settled'`,
    outcome,
    reason,
    at,
    ...operationsOf(attempt),
  )
}

function verdict(event: Extract<RunEvent, { type: 'attempt.verified' }>): string | null {
  if (event.ok) return null
  const failed = event.checks.find((check) => !check.ok)
  return failed === undefined
    ? `missing outputs: ${event.missingOutputs.join(', ')}`
    : `verify failed: ${failed.command}`
}

function short(text: string | null): string | null {
  return text === null || text.length <= 500 ? text : `${text.slice(0, 499)}…`
}

export function executionOf(row: SqlRow): Execution {
  return {
    attempt: row['attempt'] as string,
    task: row['task'] as string,
    agent: row['agent'] as string | null,
    agentType: row['agent_type'] as string,
    machine: row['machine'] as string,
    status: row['status'] as AttemptStatus,
    proof: row['proof'] as string | null,
    result: row['result'] as string | null,
    startedAt: row['started_at'] as number,
    completedAt: row['completed_at'] as number | null,
  }
}
