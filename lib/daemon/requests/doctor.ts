import { findings } from './doctor/findings.js'
import { request } from './request.js'

/** `machine=ID`: only that one. */
export const doctor = request({
  method: 'GET',
  path: '/v1/doctor',
  permission: 'status:read',
  handle: (daemon, { query }) => findings(daemon, query.get('machine')),
})
