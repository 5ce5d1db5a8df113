import { answer } from './answer.js'
import { answerBody } from './fields.js'
import { request } from './request.js'

export const approve = request({
  method: 'POST',
  path: '/v1/answer/:id/approve',
  permission: 'answers:write',
  about: 'asker',
  body: answerBody,
  handle: (daemon, { params: { id = '' }, body: { prompt_id, ...more }, by }) =>
    answer(daemon, id, { approved: true, promptId: prompt_id, ...more, by, rule: null }),
})
