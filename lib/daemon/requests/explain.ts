import { request } from './request.js'

export const explain = request({
  method: 'GET',
  path: '/v1/agents/:id/explain',
  permission: 'screens:read',
  about: 'agent',
  handle: async (daemon, { params: { id = '' } }) =>
    (await import('./explain/explain-agent.js')).explainAgent(daemon, id),
})
