import { isForgettable } from '../../core/run/fold/reduce-tasks.js'
import type { TaskId } from '../../core/ids.js'
import type { RunState } from '../../core/run/state.js'
import { cancelTask } from './cancel.js'
import { OK, request } from './request.js'
import { taskOf } from './task-of.js'

/** Cancels it. One that never started, and that nothing waits for, is forgotten: `forgotten` says so. */
export const removeTask = request({
  method: 'DELETE',
  path: '/v1/tasks/:id',
  permission: 'tasks:delete',
  about: 'task',
  handle: async (daemon, { params: { id = '' }, by }) => {
    const { loop, clock } = daemon
    const task = taskOf(daemon, id)
    if (!isForgettable(task) || isNeeded(loop.state, task.spec.id))
      return { ...(await cancelTask(daemon, id, by)), forgotten: false }
    loop.dispatch({ type: 'task.removed', at: clock.now(), task: task.spec.id, by })
    return { ...OK, left: null, forgotten: true }
  },
})

/** What waits for it says why it is held up: by the name of a task that is still known. */
function isNeeded({ tasks, gates, layout }: RunState, id: TaskId): boolean {
  const needs = (one: readonly string[]) => one.includes(id)
  return (
    [...tasks.values()].some(({ spec }) => needs(spec.needs)) ||
    [...gates.values()].some(({ spec }) => needs(spec.after)) ||
    layout?.phases.some(({ tasks: held }) => needs(held)) === true
  )
}
