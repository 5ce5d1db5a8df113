import { givenContext, renderGiven } from '../../core/run/context.js'
import { request } from './request.js'
import { taskOf } from './task-of.js'

/** Everything that a fresh agent is given for a task. */
export const context = request({
  method: 'GET',
  path: '/v1/tasks/:id/context',
  permission: 'context:read',
  about: 'task',
  own: true,
  handle: (daemon, { params: { id = '' } }) => {
    const data = givenContext(daemon.loop.state, taskOf(daemon, id).spec.id)
    return { markdown: renderGiven(data), data }
  },
})
