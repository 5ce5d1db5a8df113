import { readingRequest } from './request.js'

export const workers = readingRequest({
  method: 'GET',
  path: '/v1/workers',
  permission: 'status:read',
  handle: async ({ loop, clock }) => {
    const { workersDocument } = await import('../../core/phases/worker-rows.js')
    return workersDocument(loop.state, clock.now())
  },
})
