import { request } from './request.js'

/** The receipt of a message; null: no message has that operation id. */
export const operation = request({
  method: 'GET',
  path: '/v1/operations/:id',
  permission: 'status:read',
  handle: ({ parts: { outbox } }, { params: { id = '' } }) => outbox.receipt(id),
})
