import { request } from './request.js'

export const executions = request({
  method: 'GET',
  path: '/v1/executions',
  permission: 'status:read',
  handle: ({ store }) => store.executions(),
})
