import type { Fold } from './fold.js'
import { push } from './fold.js'
import { rebuildIndex } from '../index/index-run.js'
import { newGate } from './reduce-gates.js'
import { endRun } from './run-list.js'
import { taskAnew } from './new-task.js'

/** Every task and gate as if it had never run; what earlier runs did stays in the attempts. Refused while one lives. */
export function reduceReset(fold: Fold): void {
  const { state, at } = fold
  if (fold.index.liveAttempts.size > 0) return
  endRun(state, at, 'left')
  for (const [id, task] of state.tasks) {
    // The layout has it no more; its attempts keep it.
    if (task.removed) {
      const reason = 'it is not in the layout any more'
      state.tasks.set(id, { ...task, status: 'CANCELLED', reason, endedAt: task.endedAt ?? at })
      continue
    }
    state.tasks.set(id, taskAnew(task, at))
  }
  for (const [id, gate] of state.gates) {
    state.gates.set(id, newGate(gate.spec, at))
  }
  state.milestones.clear()
  state.phase = 'idle'
  state.startedAt = null
  state.finishedAt = null
  fold.index = rebuildIndex(state)
  push(fold, fold.index.graph.nodes.keys())
}
