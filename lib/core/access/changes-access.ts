import type { Layout } from '../layout/model.js'
import { sameValue } from '../same-value.js'

/**
 * Whether another layout gives anybody other permissions, or another way in: its roles, what an agent may do beside its role, who
 * the people are, the doors of the API, from which repository commands are taken and of whom.
 */
export function changesAccess(before: Layout | null, after: Layout): boolean {
  if (!sameValue(before?.roles ?? [], after.roles)) return true
  if (!sameValue(before?.people ?? [], after.people)) return true
  if (!sameValue(before?.api.tcp ?? null, after.api.tcp)) return true
  if (!sameValue(commandersOf(before), commandersOf(after))) return true
  return !sameValue(accessOf(before), accessOf(after))
}

/** Whoever may write to such a repository commands by a comment. */
function commandersOf(layout: Layout | null): readonly object[] {
  return (layout?.github ?? []).map(({ machine, api, mode, commands }) => {
    const place = layout?.machines.find(({ id }) => id === machine)
    return { machine, api, mode, commands, repository: place?.kind === 'github' ? place.repository : null }
  })
}

function accessOf(layout: Layout | null): readonly (readonly [string, readonly string[]])[] {
  const agents = layout?.agents.filter(({ access }) => access.length > 0) ?? []
  return agents.map(({ id, access }) => [id, access] as const).toSorted(([a], [b]) => (a < b ? -1 : 1))
}
