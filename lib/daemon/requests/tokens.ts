import type { TokenRow } from '../../core/protocol/access.js'
import { request } from './request.js'

/** Named tokens, without the tokens. */
export const tokens = request({
  method: 'GET',
  path: '/v1/tokens',
  permission: 'admin:access',
  handle: ({ parts: { access } }): readonly TokenRow[] =>
    access.tokens.list().map((record) => {
      const use = access.tokens.lastUse(record.name)
      const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString())
      return {
        name: record.name,
        kind: record.kind,
        id: record.id,
        role: record.role,
        by: record.by,
        created_at: new Date(record.createdAt).toISOString(),
        expires_at: iso(record.expiresAt),
        is_expired: access.tokens.isExpired(record),
        used_at: iso(use?.at ?? null),
        used_via: use?.via ?? null,
      }
    }),
})
