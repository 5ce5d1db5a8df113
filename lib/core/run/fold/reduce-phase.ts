import type { RunEvent } from '../events.js'
import type { Fold } from './fold.js'

type PhaseEvent = Exclude<Extract<RunEvent, { type: `run.${string}` }>, { type: 'run.reset' }>

export function reducePhase({ state, index, at }: Fold, event: PhaseEvent): void {
  switch (event.type) {
    case 'run.started':
      if (state.phase === 'idle') state.startedAt = at
      state.phase = 'running'
      state.finishedAt = null
      return
    case 'run.paused':
      if (state.phase === 'running') state.phase = 'paused'
      return
    case 'run.resumed':
      if (state.phase === 'paused') state.phase = 'running'
      return
    case 'run.finished':
      // Work that was submitted in between wins.
      if (state.phase !== 'running' || index.openTasks > 0 || index.liveAttempts.size > 0) return
      state.phase = 'finished'
      state.finishedAt = at
  }
}
