import { OK, request } from './request.js'

export const ping = request({
  method: 'GET',
  path: '/v1/ping',
  permission: 'any',
  isBare: true,
  handle: (daemon) => (daemon.isStopping ? { ...OK, stopping: true } : OK),
})
