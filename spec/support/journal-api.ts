/** An API whose journal is an array: events are appended as fast as a spec likes. The doors before it are real. */
import type { Access } from '../../lib/api/access.js'
import type { Api } from '../../lib/api/handle-request.js'
import { OrchestraError } from '../../lib/core/errors.js'
import type { StreamMessage } from '../../lib/core/protocol/api.js'
import type { StatusDocument } from '../../lib/core/protocol/status.js'
import type { RunEvent } from '../../lib/core/run/events.js'
import { eventRow } from '../../lib/core/view/event-row.js'
import { ownerOfSocket } from '../../lib/core/principal.js'
import { servedApi } from './served-api.js'

export interface JournalApi {
  readonly api: Api<null>
  readonly append: (event: RunEvent) => void
  readonly refused: string[]
}

/** @param tokens who may come in by which token; a role of `status:read` alone hears no events */
export function journalApi(tokens: Readonly<Record<string, readonly string[]>> = {}): JournalApi {
  const events: RunEvent[] = []
  const listeners = new Set<(message: StreamMessage) => void>()
  const refused: string[] = []
  const access: Access = {
    authenticate: ({ via, token }) => {
      if (token !== null) {
        if (tokens[token] === undefined) throw new OrchestraError('wrong token', { kind: 'unauthorized' })
        return { kind: 'token', id: token, via }
      }
      if (via === 'tcp') throw new OrchestraError('a token is needed', { kind: 'unauthorized' })
      return ownerOfSocket(0)
    },
    refusal: (by, { permission }) =>
      by.kind !== 'token' || permission === 'any' || tokens[by.id ?? '']?.includes(permission) === true
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
      status: () => ({ version: 1, events: events.length }) as unknown as StatusDocument,
      eventsAfter: (after, limit) => stored(after, limit).map(({ row }) => row),
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
    append: (event) => {
      events.push(event)
      const message: StreamMessage = { event: 'event', data: eventRow(events.length, event) }
      for (const one of listeners) one(message)
      for (const one of listeners) one({ event: 'changed' })
    },
  }
}
