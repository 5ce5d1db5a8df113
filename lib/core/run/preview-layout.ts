import type { Layout } from '../layout/model.js'
import { SOME_PERSON } from '../principal.js'
import type { Millis } from '../time.js'
import { initialState, reduce } from './reduce.js'
import type { RunState } from './state.js'

/** The state as it would be with that layout: by the very fold that applies it. `state` stays as it is. */
export function previewLayout(state: RunState | null, layout: Layout, at: Millis): RunState {
  const copy = state === null ? initialState() : copyOf(state)
  return reduce(copy, { type: 'layout.applied', at, layout, revive: true, by: SOME_PERSON })
}

/** Records are replaced, never changed: new maps are enough. */
function copyOf(state: RunState): RunState {
  return {
    ...state,
    machines: new Map(state.machines),
    agents: new Map(state.agents),
    tasks: new Map(state.tasks),
    attempts: new Map(state.attempts),
    gates: new Map(state.gates),
    milestones: new Map(state.milestones),
    answers: [...state.answers],
  }
}
