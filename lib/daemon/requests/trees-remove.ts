import { OrchestraError } from '../../core/errors.js'
import { fix } from '../../core/fixes.js'
import { askedId, type SlotId } from '../../core/ids.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import { request } from './request.js'

/** Asked for here, and done when nobody works there and nothing is lost; `ignored=1`: ignored files may go with it. */
export const treesRemove = request({
  method: 'POST',
  path: '/v1/trees/:id/remove',
  permission: 'run:write',
  handle: (daemon, { params: { id = '' }, query, by }): { text: string } => {
    const { loop, clock } = daemon
    const slot = loop.state.slots.get(askedId<SlotId>(id))
    if (slot === undefined) {
      throw new OrchestraError(`there is no slot ${id}${didYouMean(id, loop.state.slots.keys())}`, {
        kind: 'usage',
        hint: `\`${fix('trees.list')}\` lists them.`,
      })
    }
    const ignored = query.get('ignored') === '1'
    loop.dispatch({ type: 'tree.removal_requested', at: clock.now(), slot: slot.id, ignored, by })
    const busy = slot.holder !== null
    return {
      text: busy
        ? 'it is removed when nobody works in it any more'
        : 'it is removed if nothing is lost with it',
    }
  },
})
