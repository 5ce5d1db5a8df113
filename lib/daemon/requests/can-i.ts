import { request } from './request.js'

/** `permission`, `target`: an agent or a gate. `as`: another principal, or `role:NAME`; without it whoever asks. */
export const canI = request({
  method: 'GET',
  path: '/v1/can-i',
  permission: 'any',
  also: (query) => (query.has('as') ? ['admin:access'] : []),
  handle: async (daemon, { query, by }) => (await import('./can-i/may.js')).may(daemon, query, by),
})
