import { OrchestraError } from '../../core/errors.js'
import { execution } from '../../core/run/rows/execution.js'
import { readingRequest } from './request.js'

/** What became of the tasks of a `POST /v1/execute`. */
export const executionOf = readingRequest({
  method: 'GET',
  path: '/v1/executions/:id',
  permission: 'status:read',
  handle: ({ loop }, { params: { id = '' } }) => {
    const found = execution(loop.state, id)
    if (found !== null) return found
    throw new OrchestraError(`there is no execution ${id}`, {
      kind: 'usage',
      hint: '`POST /v1/execute` names it in its answer.',
    })
  },
})
