import { request } from './request.js'

/** `machine=ID`: only that one. */
export const doctor = request({
  method: 'GET',
  path: '/v1/doctor',
  permission: 'status:read',
  handle: async (daemon, { query }) => {
    const { findings } = await import('./doctor/findings.js')
    return findings(daemon, query.get('machine'))
  },
})
