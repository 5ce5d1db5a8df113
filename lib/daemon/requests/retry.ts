import { OrchestraError } from '../../core/errors.js'
import { indexOf } from '../../core/run/index/index-run.js'
import { OK, request } from './request.js'
import { taskOf } from './task-of.js'

export const retry = request({
  method: 'POST',
  path: '/v1/tasks/:id/retry',
  permission: 'tasks:write',
  about: 'task',
  handle: (daemon, { params: { id = '' }, by }) => {
    const { loop, clock } = daemon
    const task = taskOf(daemon, id)
    if (!['FAILED', 'BLOCKED', 'CANCELLED'].includes(task.status)) {
      throw new OrchestraError(`${id} is ${task.status}`, {
        kind: 'refused',
        hint: 'Only a task that failed, is blocked or was cancelled can be tried again.',
      })
    }
    if (task.notNeeded) {
      throw new OrchestraError(`${id} is ${task.reason ?? 'not needed'}`, {
        kind: 'refused',
        hint: 'It starts by itself when something that it looks after fails.',
      })
    }
    const node = indexOf(loop.state).graph.nodes.get(id)
    if (node !== undefined && node.broken > 0) {
      const why = task.reason === null ? '' : `: ${task.reason}`
      throw new OrchestraError(`${id} would be blocked again at once${why}`, {
        kind: 'refused',
        hint: `Try again what failed: ${id} follows by itself.`,
      })
    }
    loop.dispatch({ type: 'task.retry_requested', at: clock.now(), task: task.spec.id, by })
    return OK
  },
})
