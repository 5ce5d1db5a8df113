import { readingRequest } from './request.js'

export const status = readingRequest({
  method: 'GET',
  path: '/v1/status',
  permission: 'status:read',
  handle: async (run) => {
    await run.parts.forecaster.ready()
    return run.status()
  },
})
