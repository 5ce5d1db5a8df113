import { request } from './request.js'
import { demandFor, newTaskSpec, taskForm } from './new-task.js'

const NEEDS = { permission: 'tasks:write', request: 'POST /v1/tasks' } as const

export const submit = request({
  method: 'POST',
  path: '/v1/tasks',
  permission: NEEDS.permission,
  body: taskForm,
  status: 201,
  handle: (daemon, { body, by }) => {
    const { loop, clock } = daemon
    demandFor(daemon, by, NEEDS, body)
    const task = newTaskSpec(loop.state, body)
    loop.dispatch({ type: 'task.submitted', at: clock.now(), task, by })
    return { task: task.id, run: loop.state.phase }
  },
})
