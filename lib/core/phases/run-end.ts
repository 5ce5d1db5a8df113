import { indexOf, poolOf } from '../run/index/index-run.js'
import type { Pool } from '../run/index/index-pools.js'
import type { RunState } from '../run/state.js'
import type { Millis } from '../time.js'
import { crewOf } from './crews.js'
import type { Schedule } from './schedule.js'

/** When the run is expected to end by itself; null: it does not run, nothing is left, or nobody can do some of it. */
export function runEnd(state: RunState, { ends }: Schedule): Millis | null {
  if (state.phase !== 'running' && state.phase !== 'paused') return null
  const index = indexOf(state)
  const crews = new Map<Pool, boolean>()
  let last: Millis | null = null
  for (const task of state.tasks.values()) {
    const { status, spec } = task
    if (status !== 'PENDING' && status !== 'READY' && status !== 'IN_PROGRESS') continue
    if (spec.kind === 'prompt' && status !== 'IN_PROGRESS') {
      const pool = poolOf(state, index, task)
      let somebody = crews.get(pool)
      if (somebody === undefined) crews.set(pool, (somebody = crewOf(state, pool).length > 0))
      if (!somebody) return null
    }
    last = Math.max(last ?? 0, ends.get(spec.id) ?? 0)
  }
  return last
}
