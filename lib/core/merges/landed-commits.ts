/** Branches that are in a target as other commits (squashed or rebased). A branch built on them must not merge them a second time. */
import type { RunState } from '../run/state.js'

/** @returns their commits */
export function landedCommits(
  { layout, merges }: Pick<RunState, 'layout' | 'merges'>,
  repository: string,
  into: string,
): readonly string[] {
  const pools = (layout?.trees ?? []).filter((pool) => pool.repository === repository).map(({ id }) => id)
  return (layout?.merges ?? [])
    .filter((spec) => spec.how !== 'merge' && spec.into === into && pools.includes(spec.pool))
    .flatMap(({ id }) => [...(merges.get(id)?.entries.values() ?? [])])
    .flatMap(({ status, oid }) => (status === 'landed' ? [oid] : []))
}
