import { numberOf } from './query.js'
import { readingRequest } from './request.js'
import { readTaskOutput } from './task-output.js'

/** What the commands of a task or a gate printed. */
export const output = readingRequest({
  method: 'GET',
  path: '/v1/tasks/:id/output',
  permission: 'logs:read',
  about: 'task',
  handle: (run, { params: { id = '' }, query }) =>
    readTaskOutput(run, id, {
      attempt: query.has('attempt') ? numberOf(query, 'attempt', 0) : null,
      from: Math.floor(numberOf(query, 'from', 0)),
    }),
})
