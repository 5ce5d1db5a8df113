import type { EventRow, RawEventRow } from '../../core/protocol/status.js'
import { eventRow } from '../../core/view/event-row.js'
import { storedEvents } from '../history/stored-events.js'
import { numberOf, sinceOf } from './query.js'
import { readingRequest } from './request.js'

/** `raw=1`: whole events, as they stand in the journal, instead of lines for people. */
export const events = readingRequest({
  method: 'GET',
  path: '/v1/events',
  permission: 'events:read',
  handle: (run, { query }): readonly EventRow[] | readonly RawEventRow[] => {
    const stored = storedEvents(run, {
      after: numberOf(query, 'after', 0),
      since: sinceOf(query),
      limit: Math.min(numberOf(query, 'limit', 1000), 10_000),
      tail: query.get('tail') === '1',
    })
    return query.get('raw') === '1'
      ? stored.map(({ seq, event }) => ({ seq, ...event }))
      : stored.map(({ seq, event }) => eventRow(seq, event))
  },
})
