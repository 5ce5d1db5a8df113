import { wantedOf } from '../../api/event-stream.js'
import { streamRequest } from './request.js'

/** `only=status`, `only=event`, or both; `after=SEQ` begins behind that event. */
export const stream = streamRequest({
  method: 'GET',
  path: '/v1/stream',
  permission: 'status:read',
  also: (query) => (wantedOf(query).has('event') ? ['events:read'] : []),
  stream: (_daemon, { query }, out) => out.events(query),
})
