import type { TreesDocument } from '../../core/protocol/trees.js'
import { savedRows, slotRows } from '../../core/trees/slot-rows.js'
import { request } from './request.js'

/** Slots, saved work, and what is on the disk and should not be: one list of git a machine, whatever the number of slots. */
export const trees = request({
  method: 'GET',
  path: '/v1/trees',
  permission: 'status:read',
  handle: async (daemon): Promise<TreesDocument> => {
    const { state } = daemon.loop
    const { all, needs } = await daemon.parts.trees.work()
    const { leaks, unseen } = await all.listLeaks(needs)
    return { slots: slotRows(state), saved: savedRows(state), leaks, unseen }
  },
})
