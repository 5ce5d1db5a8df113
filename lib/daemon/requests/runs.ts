import { runRows } from '../../core/runs/run-rows.js'
import { readingRequest } from './request.js'

export const runs = readingRequest({
  method: 'GET',
  path: '/v1/runs',
  permission: 'status:read',
  handle: ({ loop, clock }) => runRows(loop.state, clock.now()),
})
