/** Picks agents: one by its id, several by a pattern, a role, or all. */
import type { ApiClient } from '../api/client.js'
import { OrchestraError } from '../core/errors.js'
import type { AgentRow, StatusDocument } from '../core/protocol/status.js'

export type Pick =
  | { readonly by: 'id'; readonly id: string }
  | { readonly by: 'pattern'; readonly pattern: string }
  | { readonly by: 'role'; readonly role: string }
  | { readonly by: 'all' }

/** No id holds one of these. */
export function isPattern(word: string): boolean {
  return /[*?]/.test(word)
}

/** In the order of the layout. @throws OrchestraError: there is no such agent */
export async function pickAgents(client: ApiClient, pick: Pick): Promise<readonly string[]> {
  if (pick.by === 'id') return [pick.id]
  const { agents } = await client.get<StatusDocument>('/v1/status')
  const picked = agents.filter((agent) => isMeant(agent, pick)).map(({ id }) => id)
  if (picked.length > 0) return picked
  const roles = [...new Set(agents.flatMap(({ role }) => role ?? []))]
  throw new OrchestraError(
    pick.by === 'role'
      ? `no agent has the role ${pick.role}`
      : pick.by === 'pattern'
        ? `no agent is called like ${pick.pattern}`
        : 'there are no agents',
    {
      kind: 'usage',
      hint:
        pick.by === 'role'
          ? `Roles: ${roles.join(', ') || 'none'}.`
          : `Agents: ${agents.map(({ id }) => id).join(', ') || 'none'}.`,
    },
  )
}

function isMeant({ id, role }: AgentRow, pick: Exclude<Pick, { by: 'id' }>): boolean {
  if (pick.by === 'all') return true
  return pick.by === 'role' ? role === pick.role : isLike(id, pick.pattern)
}

/** `*` stands for any letters, `?` for one. */
export function isLike(id: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`).test(id)
}
