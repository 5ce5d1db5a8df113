import type { ConnectionStatus, GithubStatus } from '../../core/protocol/github.js'
import { isoTime } from '../../core/iso-time.js'
import type { Connection } from '../github/connection.js'
import { request } from './request.js'

/** Connections, budgets, the outbox. */
export const github = request({
  method: 'GET',
  path: '/v1/github',
  permission: 'status:read',
  handle: async ({ parts }): Promise<GithubStatus> => ({
    connections: (await parts.github.connections()).map(statusOf),
  }),
})

function statusOf(connection: Connection): ConnectionStatus {
  const { spec, cache, client, row } = connection
  const { limit, remaining, resetAt, notBefore } = client.budget
  const { sent, counted, notModified, writes } = client.counts
  return {
    ...row,
    mode: spec.mode,
    login: cache.poll.identity?.login ?? null,
    issues: cache.issues.size,
    comments: cache.comments.size,
    budget: { limit, remaining, reset_at: isoTime(resetAt), not_before: isoTime(notBefore) },
    requests: { sent, counted, not_modified: notModified, writes },
  }
}
