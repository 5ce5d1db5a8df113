import { knownOfAgent } from '../core/run/rows/known-of-agent.js'
import { agentOf } from '../daemon/kernel/agent-of.js'
import { readingRequest } from '../daemon/requests/request.js'

/** What was known of an agent when somebody looked last. Its screen is with its machine. */
export const explainStored = readingRequest({
  method: 'GET',
  path: '/v1/agents/:id/explain',
  permission: 'screens:read',
  about: 'agent',
  handle: (run, { params: { id = '' } }) => ({
    ...knownOfAgent(run.loop.state, agentOf(run, id)),
    screen: null,
    hook: null,
    lines: [],
  }),
})
