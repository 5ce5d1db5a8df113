import { request } from './request.js'

export const executions = request({
  method: 'GET',
  path: '/v1/executions',
  permission: 'status:read',
  handle: ({ store }, { query }) => {
    const known = store.executions()
    const limit = Number(query.get('limit') ?? Number.NaN)
    return Number.isInteger(limit) && limit >= 0 ? known.slice(-limit || known.length) : known
  },
})
