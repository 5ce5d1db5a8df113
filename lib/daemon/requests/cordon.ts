import { setCordon } from './set-cordon.js'
import { request } from './request.js'

/** No new work for an agent or a machine; what it works on goes on. */
export const cordon = request({
  method: 'POST',
  path: '/v1/cordon/:id',
  permission: 'agents:send',
  about: 'agent',
  handle: (daemon, { params: { id = '' }, by }) => setCordon(daemon, id, true, by),
})
