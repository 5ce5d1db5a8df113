/** The list of runs, kept while their phase changes. */
import { isLeftOut } from '../../phases/left-out.js'
import type { RunRecord } from '../../runs/run-record.js'
import type { Millis } from '../../time.js'
import type { RunState, TaskRecord } from '../state.js'

/** Older runs are in the journal only. */
const KEPT = 500

export function beginRun(state: RunState, at: Millis, from: string | null): void {
  endRun(state, at, 'left')
  const number = (state.runs.at(-1)?.number ?? 0) + 1
  state.runs.push({ number, startedAt: at, endedAt: null, end: null, from, ...countTasks(state) })
  if (state.runs.length > KEPT) state.runs.shift()
}

export function endRun(state: RunState, at: Millis, end: 'finished' | 'left'): void {
  const last = state.runs.at(-1)
  if (last?.endedAt === null) putLast(state, { ...last, endedAt: at, end, ...countTasks(state) })
}

/** More work came: the run that had ended goes on. */
export function reopenRun(state: RunState): void {
  const last = state.runs.at(-1)
  if (last?.end === 'finished') putLast(state, { ...last, endedAt: null, end: null })
}

function putLast(state: RunState, next: RunRecord): void {
  state.runs[state.runs.length - 1] = next
}

export function countTasks({ tasks }: Pick<RunState, 'tasks'>) {
  const counted = [...tasks.values()].filter((task) => !isLeftOut(task))
  const of = (wanted: TaskRecord['status']) => counted.filter(({ status }) => status === wanted).length
  return {
    tasks: counted.length,
    completed: of('COMPLETED'),
    failed: of('FAILED'),
    blocked: of('BLOCKED'),
  }
}
