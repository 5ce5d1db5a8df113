import { setCordon } from './set-cordon.js'
import { request } from './request.js'

/** An agent or a machine takes work again. */
export const uncordon = request({
  method: 'POST',
  path: '/v1/uncordon/:id',
  permission: 'agents:send',
  about: 'agent',
  handle: (daemon, { params: { id = '' }, by }) => setCordon(daemon, id, false, by),
})
