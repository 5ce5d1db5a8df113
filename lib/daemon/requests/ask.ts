import type { ZodType } from 'zod'
import type { AskRequest } from '../../core/protocol/api.js'
import { operationField, textField } from './fields.js'
import { request } from './request.js'

export const ask = request({
  method: 'POST',
  path: '/v1/agents/:id/ask',
  permission: 'agents:send',
  about: 'agent',
  body: (zod): ZodType<AskRequest> =>
    zod.strictObject({
      text: textField(zod).exactOptional(),
      operation_id: operationField(zod),
      timeout_ms: zod.int().min(0).max(86_400_000).exactOptional(),
    }),
  handle: async (daemon, { params: { id = '' }, body, by }) => {
    const { askAgent } = await import('./asking/ask-agent.js')
    return askAgent(daemon, id, body, by)
  },
})
