import { wantedOf } from '../../api/streams/hello.js'
import { streamRequest } from './request.js'

/** `only=status`, `only=event`, or both; `after=SEQ` begins behind that event; `names=compat`: as over WebSocket. */
export const stream = streamRequest({
  method: 'GET',
  path: '/v1/stream',
  permission: 'status:read',
  also: (query) => (wantedOf(query).has('event') ? ['events:read'] : []),
  stream: (_daemon, { query }, out) => out.events(query),
})
