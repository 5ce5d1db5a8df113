import { knownOfAgent } from '../core/run/rows/known-of-agent.js'
import { agentOf } from '../daemon/kernel/agent-of.js'
import { readingRequest } from '../daemon/requests/request.js'

/** What the journal says of an agent. Its screen can be read on its machine only. */
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
