import { missing } from '../../../core/access/grant.js'
import { PERMISSIONS, type Permission } from '../../../core/access/permissions.js'
import { roleNamed, type RoleSpec, type Target } from '../../../core/access/roles.js'
import { OrchestraError } from '../../../core/errors.js'
import { askedId } from '../../../core/ids.js'
import { formatPrincipal, parsePrincipal, type Principal } from '../../../core/principal.js'
import type { CanIDocument } from '../../../core/protocol/access.js'
import type { Daemon } from '../../daemon.js'

export function may(daemon: Daemon, query: URLSearchParams, by: Principal): CanIDocument {
  const asked = permissionOf(query.get('permission'))
  const { name, role } = holderOf(daemon, query.get('as'), by)
  const target = targetOf(daemon, query.get('target'))
  const lacks = asked === null ? null : missing(role, [asked], target)
  return { principal: name, role, allowed: lacks === null }
}

function permissionOf(name: string | null): Permission | null {
  if (name === null) return null
  const known = PERMISSIONS.find((one) => one === name)
  if (known !== undefined) return known
  throw new OrchestraError(`${name} is not a permission`, {
    kind: 'usage',
    hint: `Permissions: ${PERMISSIONS.join(' ')}.`,
  })
}

function holderOf(
  { parts: { access }, loop }: Daemon,
  as: string | null,
  by: Principal,
): { readonly name: string; readonly role: RoleSpec | null } {
  if (as === null) return { name: formatPrincipal(by), role: access.roleOf(by) }
  if (as.startsWith('role:')) {
    const role = roleNamed(as.slice('role:'.length), loop.state.layout?.roles ?? []) ?? null
    return { name: as, role }
  }
  const other = parsePrincipal(as, by.via)
  if (other !== undefined) return { name: as, role: access.roleOf(other) }
  throw new OrchestraError(`${as} is not a principal`, {
    kind: 'usage',
    hint: 'Write person:UID, token:NAME, agent:ID, attempt:TASK.N, daemon or role:NAME.',
  })
}

function targetOf({ loop }: Daemon, id: string | null): Target | null {
  if (id === null) return null
  const { agents, gates } = loop.state
  if (gates.has(askedId(id)) && !agents.has(askedId(id))) return { kind: 'gate', id }
  return { kind: 'agent', id }
}
