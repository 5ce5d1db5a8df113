import { OrchestraError } from '../../core/errors.js'
import { OK, request } from './request.js'
import { taskOf } from './task-of.js'

export const unblock = request({
  method: 'POST',
  path: '/v1/tasks/:id/unblock',
  permission: 'tasks:write',
  about: 'task',
  handle: (daemon, { params: { id = '' }, by }) => {
    const { loop, clock } = daemon
    const task = taskOf(daemon, id)
    if (!task.stuck && task.block === null) {
      const others = `${id} is blocked only by others: ${task.reason ?? ''}`
      throw new OrchestraError(task.status === 'BLOCKED' ? others : `${id} is not blocked`, {
        kind: 'refused',
        hint: 'Only what a person or an attempt reported as blocked can be unblocked.',
      })
    }
    loop.dispatch({ type: 'task.unblocked', at: clock.now(), task: task.spec.id, by })
    return OK
  },
})
