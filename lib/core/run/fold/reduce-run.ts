import type { RunEvent } from '../events.js'
import type { TaskId } from '../../ids.js'
import type { Fold } from './fold.js'
import { redo } from './redo.js'
import { beginRun, endRun, reopenRun } from './run-list.js'
import { reduceReset } from './reduce-reset.js'

type RunPhaseEvent = Extract<RunEvent, { type: `run.${string}` }>

export function reduceRun(fold: Fold, event: RunPhaseEvent): void {
  const { state, index, at } = fold
  switch (event.type) {
    case 'run.started':
      if (state.phase === 'idle') {
        state.startedAt = at
        beginRun(state, at, null)
      } else if (state.phase === 'finished') reopenRun(state)
      state.phase = 'running'
      state.finishedAt = null
      return
    case 'run.begun_from':
      return beginFrom(fold, event.task)
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
      endRun(state, at, 'finished')
      return
    case 'run.reset':
      return reduceReset(fold)
  }
}

/** What ran before keeps its counts as they were. */
function beginFrom(fold: Fold, id: TaskId): void {
  const { state, index, at } = fold
  const task = state.tasks.get(id)
  if (task === undefined || task.removed || index.liveAttempts.size > 0) return
  endRun(state, at, 'left')
  redo(fold, task)
  state.startedAt = at
  state.finishedAt = null
  state.phase = 'running'
  beginRun(state, at, id)
}
