import { forecastDocument } from '../../core/phases/forecast-document.js'
import { numberOf } from './query.js'
import { request } from './request.js'

/** `?at=` in milliseconds: as if it were then. */
export const forecast = request({
  method: 'GET',
  path: '/v1/forecast',
  permission: 'status:read',
  handle: ({ loop, clock, parts }, { query }) =>
    forecastDocument(loop.state, { now: numberOf(query, 'at', clock.now()), zone: parts.forecaster.zone }),
})
