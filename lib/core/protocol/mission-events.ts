/**
 * Events under the names that other people's clients know (`names: compat`): `agent_started` and so on, each with its type in
 * snake_case. A projection of our events by a fixed table, so that a replay says exactly what was said live.
 */
import type { AgentId, AttemptId, TaskId } from '../ids.js'
import type { RunEvent } from '../run/events.js'
import type { Millis } from '../time.js'

export type MissionEvent =
  | {
      readonly type: 'agent_started'
      readonly agent_type: string
      readonly issue_number: number | null
      readonly execution_id: string
    }
  | {
      readonly type: 'agent_progress'
      readonly execution_id: string
      /** 0 to 100. */
      readonly progress: number
      readonly message: string
    }
  | {
      readonly type: 'agent_completed'
      readonly execution_id: string
      readonly status: string
      readonly result_summary: string
    }
  | { readonly type: 'agent_failed'; readonly execution_id: string; readonly error: string }
  | {
      readonly type: 'task_updated'
      readonly task_id: string
      readonly status: string
      readonly updated_at: string
    }
  | { readonly type: 'worktree_created'; readonly worktree_id: string; readonly branch: string }
  | { readonly type: 'worktree_deleted'; readonly worktree_id: string }

/** What the events themselves do not say. */
export interface MissionFacts {
  /** The type of an agent, as the layout has it. */
  typeOf(agent: AgentId | null): string
  /** The number of the issue that the task is bound to; null: it is bound to none. */
  issueOf(task: TaskId): number | null
}

export function missionEvents(event: RunEvent, facts: MissionFacts): readonly MissionEvent[] {
  const updated = (task: string, status: string) => taskUpdated(task, status, event.at)
  switch (event.type) {
    case 'task.submitted':
      return [updated(event.task.id, 'PENDING')]
    case 'execution.asked':
      return event.tasks.map(({ id }) => updated(id, 'PENDING'))
    case 'task.removed':
    case 'task.cancel_requested':
      return [updated(event.task, 'CANCELLED')]
    case 'task.retry_requested':
      return [updated(event.task, 'READY')]
    case 'attempt.started':
      return [
        {
          type: 'agent_started',
          agent_type: facts.typeOf(event.agent),
          issue_number: facts.issueOf(event.task),
          execution_id: event.attempt,
        },
        updated(event.task, 'IN_PROGRESS'),
      ]
    case 'attempt.progressed':
      return [
        {
          type: 'agent_progress',
          execution_id: event.attempt,
          progress: Math.round((event.progress ?? 0) * 100),
          message: event.text ?? '',
        },
      ]
    case 'attempt.verified':
      return event.ok
        ? completed(event.attempt, event.outputs, updated)
        : failed(event.attempt, refusal(event.checks.length, event.missingOutputs), updated)
    case 'attempt.ended':
      return event.status === 'succeeded'
        ? completed(event.attempt, [], updated)
        : event.status === 'cancelled'
          ? [ended(event.attempt, event.reason), updated(taskOf(event.attempt), 'CANCELLED')]
          : failed(event.attempt, event.reason, updated)
    case 'tree.ready':
      return event.created
        ? [{ type: 'worktree_created', worktree_id: event.slot, branch: event.branch ?? '' }]
        : []
    case 'tree.removed':
      return [{ type: 'worktree_deleted', worktree_id: event.slot }]
    default:
      return []
  }
}

type Updated = (task: string, status: string) => MissionEvent

function completed(attempt: AttemptId, outputs: readonly string[], updated: Updated): MissionEvent[] {
  const summary = outputs.length === 0 ? 'verified' : `verified: ${outputs.join(', ')}`
  return [
    { type: 'agent_completed', execution_id: attempt, status: 'succeeded', result_summary: summary },
    updated(taskOf(attempt), 'COMPLETED'),
  ]
}

function failed(attempt: AttemptId, error: string, updated: Updated): MissionEvent[] {
  return [ended(attempt, error), updated(taskOf(attempt), 'FAILED')]
}

function ended(attempt: AttemptId, error: string): MissionEvent {
  return { type: 'agent_failed', execution_id: attempt, error }
}

function refusal(checks: number, missing: readonly string[]): string {
  return missing.length > 0 ? `missing: ${missing.join(', ')}` : `not verified (${checks} checks)`
}

function taskUpdated(task: string, status: string, at: Millis): MissionEvent {
  return { type: 'task_updated', task_id: task, status, updated_at: new Date(at).toISOString() }
}

/** `Task-2` of `Task-2.1`. */
function taskOf(attempt: AttemptId): string {
  return attempt.slice(0, attempt.lastIndexOf('.'))
}
