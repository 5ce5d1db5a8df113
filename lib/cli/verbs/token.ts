import { OrchestraError } from '../../core/errors.js'
import type { AddedToken, TokenRow } from '../../core/protocol/access.js'
import { safeText } from '../../core/text/safe-text.js'
import { durationOption } from '../duration-option.js'
import type { Verb, VerbContext } from '../verb.js'
import { may, need, text } from '../verb-arguments.js'

export const token: Verb = {
  name: 'token',
  permission: 'admin:access',
  describe: 'tokens for people and programs: add, list, revoke',
  positionals: [need('action', 'add, list or revoke'), may('name', 'of the token')],
  options: {
    role: text('add: what it may do: viewer, approver, operator, admin, or a role of the layout'),
    expires: text('add: how long it is valid: 30d (default), 12h, never'),
  },
  example: 'orchestra token add laptop --role viewer --expires 30d',
  run: async (c) => {
    const [action, name] = c.positionals
    if (action === 'list' && name === undefined) return list(c)
    if (name !== undefined && action === 'add') return add(c, name)
    if (name !== undefined && action === 'revoke') return revoke(c, name)
    throw new OrchestraError('token needs: add NAME --role ROLE, list, or revoke NAME', { kind: 'usage' })
  },
}

/** The token goes to stdout alone, once; what is said of it goes to stderr. */
async function add(c: VerbContext, name: string): Promise<number> {
  const role = c.option('role')
  if (role === undefined) throw new OrchestraError('token add needs --role ROLE', { kind: 'usage' })
  const expires = c.option('expires')
  const expires_ms = expires === 'never' ? null : durationOption('expires', expires)
  const client = await c.connect()
  const request = { name, role, ...(expires_ms === undefined ? {} : { expires_ms }) }
  const added = await client.post<AddedToken>('/v1/tokens', request)
  if (c.json) {
    c.out(`${JSON.stringify(added)}\n`)
    return 0
  }
  c.out(`${added.token}\n`)
  const until = added.expires_at === null ? 'without an end' : `until ${minute(added.expires_at)}`
  c.err(
    `${name} has the role ${role}, ${until}. The token is shown this once: keep it in a file of mode 0600.\n`,
  )
  return 0
}

async function list(c: VerbContext): Promise<number> {
  const rows = await (await c.connect()).get<readonly TokenRow[]>('/v1/tokens')
  if (c.json) c.out(`${JSON.stringify(rows)}\n`)
  else if (rows.length === 0) c.out('no tokens\n')
  else for (const row of rows) c.out(`${said(row)}\n`)
  return 0
}

function said({ name, kind, role, expires_at, is_expired, used_at, used_via }: TokenRow): string {
  const end = expires_at === null ? 'no end' : `${is_expired ? 'expired' : 'until'} ${minute(expires_at)}`
  const use = used_at === null ? 'never used' : `used ${minute(used_at)} (${used_via})`
  return `${name}  ${kind === 'device' ? 'device  ' : ''}${safeText(role)}  ${end}  ${use}`
}

/** ISO 8601 in UTC, as far as the minute. */
function minute(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')}Z`
}

async function revoke(c: VerbContext, name: string): Promise<number> {
  await (await c.connect()).post(`/v1/tokens/${encodeURIComponent(name)}/revoke`)
  c.out(c.json ? `${JSON.stringify({ revoked: name })}\n` : `${name} is revoked\n`)
  return 0
}
