/** An API whose journal is an array: events are appended as fast as a spec likes. The doors before it are real. */
import type { Access } from '../../lib/api/access.js'
import type { Api } from '../../lib/api/handle-request.js'
import { OrchestraError } from '../../lib/core/errors.js'
import type { StreamMessage } from '../../lib/core/protocol/api.js'
import type { RunEvent } from '../../lib/core/run/events.js'
import { eventRow } from '../../lib/core/view/event-row.js'
import { ownerOfSocket } from '../../lib/core/principal.js'
import { bareStatus } from './bare-status.js'
import { servedApi } from './served-api.js'

export interface JournalApi {
  readonly api: Api<null>
  readonly append: (event: RunEvent) => void
  readonly refused: string[]
  readonly revoke: (token: string) => void
}

/** @param tokens who may come in by which token; a role of `status:read` alone hears no events */
export function journalApi(tokens: Readonly<Record<string, readonly string[]>> = {}): JournalApi {
  const events: RunEvent[] = []
  const listeners = new Set<(message: StreamMessage) => void>()
  const refused: string[] = []
  const watchers = new Set<() => void>()
  const known = new Map(Object.entries(tokens))
  const identify: Access['identify'] = ({ via, token }) => {
    if (token !== null) return known.has(token) ? { kind: 'token', id: token, via } : null
    return via === 'tcp' ? null : ownerOfSocket(0)
  }
  const access: Access = {
    authenticate: (credentials) => {
      const by = identify(credentials)
      if (by === null) throw new OrchestraError('who is this?', { kind: 'unauthorized' })
      return by
    },
    identify,
    watch: (_by, listener) => {
      watchers.add(listener)
      return () => void watchers.delete(listener)
    },
    refusal: (by, { permission }) =>
      by.kind !== 'token' || permission === 'any' || known.get(by.id ?? '')?.includes(permission) === true
        ? null
        : { permission, message: 'Permission denied', hint: '' },
    refused: (_by, { permission }) => void refused.push(permission),
  }
  const stored = (after: number, limit: number) =>
    events.slice(after, after + limit).map((event, i) => {
      const seq = after + i + 1
      return { seq, event, row: eventRow(seq, event) }
    })
  const api = servedApi(
    { 'GET /v1/status': () => ({ ok: true }), 'GET /v1/health': () => ({ status: 'ok' }) },
    {
      access,
      status: () => bareStatus({ events: events.length }),
      storedAfter: stored,
      lastSeq: () => events.length,
      subscribe: (listener) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
  )
  return {
    api,
    refused,
    revoke: (token) => {
      known.delete(token)
      for (const one of watchers) one()
    },
    append: (event) => {
      events.push(event)
      const message: StreamMessage = { event: 'event', data: eventRow(events.length, event) }
      for (const one of listeners) one(message)
      for (const one of listeners) one({ event: 'changed' })
    },
  }
}
