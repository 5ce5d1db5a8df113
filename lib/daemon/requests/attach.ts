import { attachInfo } from './attach-info.js'
import { request } from './request.js'

export const attach = request({
  method: 'GET',
  path: '/v1/attach',
  permission: 'status:read',
  handle: (daemon) => attachInfo(daemon),
})
