import { request } from './request.js'

/** Each leak that can be repaired without a loss is; `ignored=1`: ignored files may go with it. */
export const treesRepair = request({
  method: 'POST',
  path: '/v1/trees/repair',
  permission: 'run:write',
  handle: async (daemon, { query, by }): Promise<{ done: readonly string[] }> => {
    const { all, needs } = await daemon.parts.trees.work()
    return { done: await all.repairLeaks(by, query.get('ignored') === '1', needs) }
  },
})
