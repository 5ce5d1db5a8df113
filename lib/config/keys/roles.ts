/** `roles:`, and the permissions that an agent is given beside those of its role. */
import { PERMISSIONS } from '../../core/access/permissions.js'
import { NEVER_OF_AGENTS, type RoleSpec } from '../../core/access/roles.js'
import type { Report } from '../../core/layout/report.js'
import { isMap } from '../located.js'
import { keys, required, whole, type Docs } from './key.js'
import { matching, section, texts, word } from './kinds.js'

const pattern = () =>
  matching(/^[A-Za-z0-9*][A-Za-z0-9_*-]{0,63}$/, 'is not an id; * in it stands for anything, as in CG-*')

const role = keys(() => ({
  allow: required(texts(word(...PERMISSIONS))),
  agents: texts(pattern()),
  gates: texts(pattern()),
}))

export const ROLE_DOCS: Docs<typeof role> = {
  allow: 'its [permissions](permissions.md)',
  agents: 'which agents it reaches, as `CG-*`; without it all',
  gates: 'which gates it reaches; without it all',
}

export const roles = () => section(role.schema)
export const access = () => texts(word(...PERMISSIONS.filter((name) => !NEVER_OF_AGENTS.includes(name))))

export function expandRoles(entries: readonly (readonly [string, unknown])[], report: Report): RoleSpec[] {
  return entries.flatMap(([id, value]) => {
    if (!isMap(value)) return []
    const { allow, agents, gates, ...rest } = role.read(value)
    const allowed = PERMISSIONS.filter((name) => allow?.includes(name))
    const refused = NEVER_OF_AGENTS.filter((name) => allowed.includes(name))
    // The role of every agent: nobody approves for themselves.
    if (id === 'agent' && refused.length > 0)
      report(['roles', id, 'allow'], `agents never have ${refused.join(' or ')}`)
    return [whole<RoleSpec>()({ ...rest, id, allow: allowed, agents, gates })]
  })
}
