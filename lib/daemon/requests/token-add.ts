import type { ZodType } from 'zod'
import { roleNamed, roleNames } from '../../core/access/roles.js'
import { OrchestraError } from '../../core/errors.js'
import { formatPrincipal } from '../../core/principal.js'
import type { AddedToken, TokenRequest } from '../../core/protocol/access.js'
import { request } from './request.js'

const MONTH_MS = 30 * 86_400_000

/** The answer is the only place where the token is ever shown. */
export const tokenAdd = request({
  method: 'POST',
  path: '/v1/tokens',
  permission: 'admin:access',
  body: (zod): ZodType<TokenRequest> =>
    zod.strictObject({
      name: zod
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, . _ and -, at most 64'),
      role: zod.string().min(1).max(64),
      expires_ms: zod
        .int()
        .min(1000)
        .max(3650 * 86_400_000)
        .nullable()
        .default(MONTH_MS),
    }),
  status: 201,
  handle: ({ loop, clock, parts }, { body: { name, role, expires_ms }, by }): AddedToken => {
    const { tokens } = parts.access
    if (tokens.named(name) !== undefined) {
      throw new OrchestraError(`there is a token ${name} already`, {
        kind: 'refused',
        hint: 'Revoke it first, or choose another name.',
      })
    }
    const own = loop.state.layout?.roles ?? []
    if (roleNamed(role, own) === undefined) {
      throw new OrchestraError(`there is no role ${role}`, {
        kind: 'usage',
        hint: `Roles: ${roleNames(own).join(', ')}.`,
      })
    }
    const at = clock.now()
    const expiresAt = expires_ms === null ? null : at + expires_ms
    const token = tokens.add({ name, kind: 'token', role, expiresAt, by: formatPrincipal(by) })
    loop.dispatch({ type: 'token.added', at, name, role, expiresAt, by })
    return { name, role, token, expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString() }
  },
})
