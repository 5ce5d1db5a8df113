/** What became of the tasks that were asked for in one request. */
import { isoTime } from '../../iso-time.js'
import type { ExecutionDocument, ExecutionResult } from '../../protocol/api.js'
import type { RunState, TaskRecord } from '../state.js'
import { taskOutcome } from '../index/index-run.js'

/** null: nothing is known under that id. */
export function execution(state: RunState, id: string): ExecutionDocument | null {
  const tasks = [...state.tasks.values()].filter((task) => task.execution?.id === id)
  const [first] = tasks
  if (first === undefined) return null
  const isOpen = tasks.some((task) => taskOutcome(task) === 'open')
  return {
    execution_id: id,
    max_workers: first.execution?.maxWorkers ?? 0,
    status: isOpen ? 'running' : tasks.every(({ status }) => status === 'COMPLETED') ? 'completed' : 'failed',
    results: tasks.map((task) => resultOf(state, task)),
  }
}

function resultOf({ attempts }: RunState, task: TaskRecord): ExecutionResult {
  const last = task.attempts.at(-1)
  const attempt = last === undefined ? undefined : attempts.get(last)
  return {
    task: task.spec.id,
    status: task.status,
    attempt: last ?? null,
    agent: attempt?.agent ?? task.spec.agent,
    progress: task.status === 'COMPLETED' ? 1 : (attempt?.progress ?? null),
    result: attempt?.proof?.text ?? null,
    outputs: attempt?.outputs ?? [],
    reason: task.reason,
    started_at: isoTime(task.startedAt),
    ended_at: isoTime(task.endedAt),
  }
}
