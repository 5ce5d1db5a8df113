import type { StatusPage } from '../../core/protocol/api.js'
import { numberOf } from './query.js'
import { readingRequest } from './request.js'

/** What `orchestra status` prints: a process that starts just for that has not warmed up to compute it. */
export const statusLines = readingRequest({
  method: 'GET',
  path: '/v1/status/lines',
  permission: 'status:read',
  handle: async (run, { query }): Promise<StatusPage> => {
    const { statusLines: linesOf } = await import('../../core/view/status-lines.js')
    const doc = run.status()
    const look = {
      cols: Math.min(numberOf(query, 'cols', 100), 1000),
      ascii: query.get('ascii') === '1',
      offsetMin: Number(query.get('offset') ?? 0) || 0,
      now: Date.now(),
      program: query.get('program') ?? 'orchestra',
    }
    return { lines: linesOf(doc, look), attention: doc.summary.needs_you }
  },
})
