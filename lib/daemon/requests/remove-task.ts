import { cancelTask } from './cancel.js'
import { request } from './request.js'

export const removeTask = request({
  method: 'DELETE',
  path: '/v1/tasks/:id',
  permission: 'tasks:delete',
  about: 'task',
  handle: (daemon, { params: { id = '' }, by }) => cancelTask(daemon, id, by),
})
