import type { RunEvent } from '../events.js'
import type { Fold } from './fold.js'
import { reduceReset } from './reduce-reset.js'

type RunPhaseEvent = Extract<RunEvent, { type: `run.${string}` }>

export function reduceRun(fold: Fold, event: RunPhaseEvent): void {
  const { state, index, at } = fold
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
      return
    case 'run.reset':
      return reduceReset(fold)
  }
}
