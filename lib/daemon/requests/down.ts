import { request } from './request.js'
import { takeDown } from './take-down.js'

export const down = request({
  method: 'POST',
  path: '/v1/down',
  permission: 'run:write',
  body: (zod) => zod.strictObject({ keepAgents: zod.boolean().default(false) }),
  handle: async (daemon, { body, by }) => {
    const answered = await takeDown(daemon, body.keepAgents, by)
    daemon.options.end()
    return answered
  },
})
