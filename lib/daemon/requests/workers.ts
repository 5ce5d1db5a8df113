import { workersDocument } from '../../core/phases/worker-rows.js'
import { readingRequest } from './request.js'

export const workers = readingRequest({
  method: 'GET',
  path: '/v1/workers',
  permission: 'status:read',
  handle: ({ loop, clock }) => workersDocument(loop.state, clock.now()),
})
