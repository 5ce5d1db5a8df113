import { answer } from './answer.js'
import { answerBody } from './fields.js'
import { request } from './request.js'

export const deny = request({
  method: 'POST',
  path: '/v1/answer/:id/deny',
  permission: 'answers:write',
  about: 'asker',
  body: answerBody,
  handle: (daemon, { params: { id = '' }, body: { prompt_id, ...more }, by }) =>
    answer(daemon, id, { approved: false, promptId: prompt_id, ...more, by, rule: null }),
})
