import { renderReport } from '../../core/run/rows/report.js'
import { request } from './request.js'

export const report = request({
  method: 'GET',
  path: '/v1/report',
  permission: 'status:read',
  handle: ({ loop, clock }) => ({ markdown: renderReport(loop.state, clock.now()) }),
})
