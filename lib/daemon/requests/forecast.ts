import { frozenRun } from '../../core/run/index/frozen-run.js'
import { inSlices } from '../kernel/in-slices.js'
import { numberOf } from './query.js'
import { readingRequest } from './request.js'

/** `?at=` in milliseconds: as if it were then. */
export const forecast = readingRequest({
  method: 'GET',
  path: '/v1/forecast',
  permission: 'status:read',
  handle: async ({ loop, clock, parts }, { query }) => {
    const asked = { now: numberOf(query, 'at', clock.now()), zone: parts.forecaster.zone }
    const { forecastDocumentSteps } = await import('../../core/phases/forecast-document.js')
    return (await inSlices(forecastDocumentSteps(frozenRun(loop.state), asked))).result
  },
})
