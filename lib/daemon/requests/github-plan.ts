import type { GithubPlan } from '../../core/protocol/github.js'
import type { Connection } from '../github/connection.js'
import { request } from './request.js'

/** What is read again and again, and what `mode: mirror` would write next, without writing it. */
export const githubPlan = request({
  method: 'GET',
  path: '/v1/github/plan',
  permission: 'status:read',
  handle: async ({ parts }, { query }): Promise<GithubPlan> => {
    const connections = await parts.github.connections(query.get('on'))
    return {
      connections: connections.map((connection) => {
        const { machine, spec, row, writing } = connection
        const works = writing.plan()
        const mails = works.filter(({ makesMail }) => makesMail).length
        return {
          machine,
          repository: row.repository,
          mode: spec.mode,
          held: writing.whyHeld,
          reads: readsOf(connection),
          writes: works.map(({ key, says, makesMail }) => ({
            key,
            says,
            act: makesMail ? 'create' : 'change',
          })),
          mails_a_watcher: mails,
        }
      }),
    }
  },
})

function readsOf({ cache, row, everyMs, slowMs }: Connection): GithubPlan['connections'][number]['reads'] {
  const [often, seldom] = [everyMs / 1000, slowMs / 1000]
  const { labels, milestones } = cache.poll
  return [
    { list: 'issues', known: cache.issues.size, every_s: often },
    { list: 'comments', known: cache.comments.size, every_s: often },
    { list: 'runs', known: row.runs.length, every_s: often },
    { list: 'labels', known: labels.length, every_s: seldom },
    { list: 'milestones', known: milestones.length, every_s: seldom },
  ]
}
