import { OrchestraError } from '../../core/errors.js'
import { fix } from '../../core/fixes.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import { formatPrincipal, namePrincipal } from '../../core/principal.js'
import { findEscalation } from '../../core/run/fold/reduce-escalations.js'
import { request } from './request.js'

/** Takes an escalation on: no further layer is told of it. */
export const ack = request({
  method: 'POST',
  path: '/v1/escalations/:id/ack',
  permission: 'tasks:write',
  own: 'escalation',
  handle: ({ loop, clock }, { params: { id = '' }, by }) => {
    const { state } = loop
    const one = findEscalation(state, id)
    if (one === undefined) {
      const ids = [...state.escalations.values()].map((known) => known.id)
      throw new OrchestraError(`there is no escalation ${id}${didYouMean(id, ids)}`, {
        kind: 'usage',
        hint: fix('escalation.list'),
      })
    }
    // An agent answers for itself alone.
    if (by.kind === 'agent' && !one.deliveries.some(({ to }) => to === formatPrincipal(by)))
      throw new OrchestraError(`${id} was not told to ${namePrincipal(by)}`, { kind: 'refused' })
    if (one.closedAt !== null) {
      throw new OrchestraError(`${id} is over: ${one.text.issue}`, {
        kind: 'refused',
        hint: fix('escalation.list'),
      })
    }
    if (one.ackedBy !== null) return { text: `taken on by ${namePrincipal(one.ackedBy)} already` }
    loop.dispatch({ type: 'escalation.acked', at: clock.now(), escalation: one.id, by })
    return { text: one.text.issue }
  },
})
