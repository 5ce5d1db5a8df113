import type { GithubPlan } from '../../core/protocol/github.js'
import { request } from './request.js'

/** What `mode: mirror` would write next, without writing it. */
export const githubPlan = request({
  method: 'GET',
  path: '/v1/github/plan',
  permission: 'status:read',
  handle: async ({ parts }, { query }): Promise<GithubPlan> => {
    const on = query.get('on')
    const connections = on === null ? await parts.github.connections() : [await parts.github.connection(on)]
    return {
      connections: connections.map(({ machine, spec, row, writing }) => {
        const works = writing.plan()
        const mails = works.filter(({ makesMail }) => makesMail).length
        return {
          machine,
          repository: row.repository,
          mode: spec.mode,
          held: writing.whyHeld,
          writes: works.map(({ key, says }) => ({ key, says })),
          mails_a_watcher: mails,
        }
      }),
    }
  },
})
