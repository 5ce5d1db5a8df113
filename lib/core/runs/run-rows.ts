import { isoTime } from '../iso-time.js'
import type { RunRow } from '../protocol/api.js'
import { countTasks } from '../run/fold/run-list.js'
import type { RunState } from '../run/state.js'
import type { Millis } from '../time.js'

/** All runs that are remembered, in their order; the last one is the present one. */
export function runRows(state: RunState, now: Millis): readonly RunRow[] {
  return state.runs.map((run) => {
    const { number, startedAt, endedAt, end, from, tasks, completed, failed, blocked } = run
    const counts = end === null ? countTasks(state) : { tasks, completed, failed, blocked }
    return {
      number,
      state: end ?? (state.phase === 'paused' ? 'paused' : 'running'),
      started_at: isoTime(startedAt),
      ended_at: isoTime(endedAt),
      duration_s: Math.max(0, Math.round(((endedAt ?? now) - startedAt) / 1000)),
      from,
      ...counts,
    }
  })
}
