/** Agents and machines that take no new work because a person cordoned them. */
import type { Principal } from '../principal.js'
import type { Millis } from '../time.js'

export const CORDONED_KINDS = ['agent', 'machine'] as const
export type CordonedKind = (typeof CORDONED_KINDS)[number]

export interface CordonRecord {
  readonly kind: CordonedKind
  readonly id: string
  readonly by: Principal
  readonly at: Millis
}

export function cordonKey(kind: CordonedKind, id: string): string {
  return `${kind}:${id}`
}
