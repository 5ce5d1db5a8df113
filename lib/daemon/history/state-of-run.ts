/** The state as it was at the end of an earlier run: the journal is folded once more, up to there. */
import { indexOf } from '../../core/run/index/index-run.js'
import { initialState, reduce } from '../../core/run/reduce.js'
import type { RunEvent } from '../../core/run/events.js'
import type { RunState } from '../../core/run/state.js'
import type { Steps } from '../../core/steps.js'
import type { Millis } from '../../core/time.js'
import type { Journal } from '../../store/port.js'

const PAGE = 200

/** null: the journal tells of no such run. */
export function* stateOfRun(
  store: Pick<Journal, 'events'>,
  number: number,
): Steps<{ readonly state: RunState; readonly at: Millis } | null> {
  const state = initialState()
  let at: Millis | null = null
  for (let after = 0; ;) {
    const page = store.events({ after, limit: PAGE })
    for (const { seq, event } of page) {
      if (beginsAnother(state, event) && state.runs.at(-1)?.number === number)
        return { state, at: at ?? event.at }
      reduce(state, event)
      after = seq
      at = event.at
    }
    if (page.length < PAGE) return at !== null && state.runs.at(-1)?.number === number ? { state, at } : null
    yield
  }
}

function beginsAnother(state: RunState, { type }: RunEvent): boolean {
  return (type === 'run.reset' || type === 'run.begun_from') && indexOf(state).liveAttempts.size === 0
}
