import type { OutboxLine } from '../../core/protocol/github.js'
import { isoTime } from '../../core/iso-time.js'
import type { Connection } from '../github/connection.js'
import { request } from './request.js'

/** What is to be written to GitHub, what may have been, and what was refused; what was sent with `all`. */
export const githubOutbox = request({
  method: 'GET',
  path: '/v1/github/outbox',
  permission: 'status:read',
  handle: async ({ parts }, { query }): Promise<{ rows: readonly OutboxLine[] }> => {
    const connections = await parts.github.connections(query.get('on'))
    const rows = connections.flatMap(linesOf)
    return { rows: query.has('all') ? rows : rows.filter(({ state }) => state !== 'sent') }
  },
})

function linesOf({ machine, writing }: Connection): OutboxLine[] {
  return writing.outbox.rows.map((row) => ({
    machine,
    key: row.key,
    kind: row.work.kind,
    state: row.state,
    attempts: row.attempts,
    created_at: isoTime(row.createdAt) ?? '',
    sent_at: isoTime(row.sentAt),
    url: row.remote?.url ?? null,
    reason: row.reason ?? (row.state === 'pending' ? writing.outbox.holdReason : null),
  }))
}
