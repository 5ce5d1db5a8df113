import { request } from './request.js'

export const status = request({
  method: 'GET',
  path: '/v1/status',
  permission: 'status:read',
  handle: async (daemon) => {
    await daemon.parts.forecaster.ready()
    return daemon.status()
  },
})
