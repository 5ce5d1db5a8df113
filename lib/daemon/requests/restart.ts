import { agentOf } from '../kernel/agent-of.js'
import { refuseAdopted } from './refuse-adopted.js'
import { OK, request } from './request.js'

export const restart = request({
  method: 'POST',
  path: '/v1/agents/:id/restart',
  permission: 'agents:restart',
  about: 'agent',
  handle: (daemon, { params: { id = '' }, by }) => {
    const record = agentOf(daemon, id)
    refuseAdopted(record, 'restarts')
    const agent = record.spec.id
    daemon.loop.dispatch({
      type: 'agent.restart_requested',
      at: daemon.clock.now(),
      agent,
      by,
      reason: null,
    })
    return OK
  },
})
