/** The state as it was at the end of an earlier run: the journal is folded once more, up to there. */
import { indexOf } from '../../core/run/index/index-run.js'
import { initialState, reduce } from '../../core/run/reduce.js'
import type { RunEvent } from '../../core/run/events.js'
import type { RunState } from '../../core/run/state.js'
import type { Steps } from '../../core/steps.js'
import type { Millis } from '../../core/time.js'
import type { Journal } from '../../store/port.js'

/** Events from one step to the next. */
const STEP = 200

/** null: the journal has no such run. */
export function* stateOfRun(
  store: Pick<Journal, 'load'>,
  number: number,
): Steps<{ readonly state: RunState; readonly at: Millis } | null> {
  const state = initialState()
  const isThere = () => state.runs.at(-1)?.number === number
  let at: Millis = 0
  for (const { seq, event } of store.load()) {
    if (isThere() && beginsAnother(state, event)) break
    reduce(state, event)
    at = event.at
    if (seq % STEP === 0) yield
  }
  return isThere() ? { state, at } : null
}

function beginsAnother(state: RunState, { type }: RunEvent): boolean {
  return (type === 'run.reset' || type === 'run.begun_from') && indexOf(state).liveAttempts.size === 0
}
