import { questionNow } from './answer.js'
import { request } from './request.js'

/** What an agent or a gate asks now. */
export const questionOf = request({
  method: 'GET',
  path: '/v1/answer/:id',
  permission: 'status:read',
  about: 'asker',
  handle: (daemon, { params: { id = '' } }) => questionNow(daemon, id),
})
