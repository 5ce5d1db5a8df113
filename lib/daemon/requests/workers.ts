import { workersDocument } from '../../core/phases/worker-rows.js'
import { request } from './request.js'

export const workers = request({
  method: 'GET',
  path: '/v1/workers',
  permission: 'status:read',
  handle: ({ loop, clock }) => workersDocument(loop.state, clock.now()),
})
