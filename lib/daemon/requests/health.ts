import { request } from './request.js'

/** For what watches over the daemon: it answers, and since when. Nothing of the state. */
export const health = request({
  method: 'GET',
  path: '/v1/health',
  permission: 'any',
  isBare: true,
  handle: (daemon) => ({
    status: daemon.isStopping ? 'stopping' : 'ok',
    version: daemon.options.version,
    session: daemon.session,
    at: new Date(daemon.clock.now()).toISOString(),
  }),
})
