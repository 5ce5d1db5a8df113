import type { Layout } from '../layout/model.js'
import { sameValue } from '../same-value.js'

/**
 * Whether another layout gives anybody other permissions, or another way in: its roles, what an agent may do beside its role, who
 * the people are, the doors of the API.
 */
export function changesAccess(before: Layout | null, after: Layout): boolean {
  if (!sameValue(before?.roles ?? [], after.roles)) return true
  if (!sameValue(before?.people ?? [], after.people)) return true
  if (!sameValue(before?.api.tcp ?? null, after.api.tcp)) return true
  return !sameValue(accessOf(before), accessOf(after))
}

function accessOf(layout: Layout | null): readonly (readonly [string, readonly string[]])[] {
  const agents = layout?.agents.filter(({ access }) => access.length > 0) ?? []
  return agents.map(({ id, access }) => [id, access] as const).toSorted(([a], [b]) => (a < b ? -1 : 1))
}
