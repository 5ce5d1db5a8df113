import { eventRow } from '../../core/view/event-row.js'
import { storedEvents } from '../history/stored-events.js'
import { readingRequest } from './request.js'

const EVENTS = 5000

/** All that is known of an agent, a task, a gate, a machine or a role. */
export const describe = readingRequest({
  method: 'GET',
  path: '/v1/describe/:id',
  // What a task is told stands in it.
  permission: 'context:read',
  handle: async (run, { params: { id = '' } }) => {
    const stored = storedEvents(run, { after: 0, since: null, limit: EVENTS, tail: true })
    const events = stored.map(({ seq, event }) => eventRow(seq, event))
    const { describe: describeIn } = await import('../../core/describe/describe.js')
    return describeIn({ state: run.loop.state, status: run.status(), events }, id)
  },
})
