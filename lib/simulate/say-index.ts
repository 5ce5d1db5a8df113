import { indexOf, type RunIndex } from '../core/run/index/index-run.js'
import type { ReadyList } from '../core/run/index/index-ready.js'
import type { RunState } from '../core/run/state.js'

/** The derived index as text, in an order that does not depend on how it came about. */
export function sayIndex(index: RunIndex): string {
  const nodes = [...index.graph.nodes.values()]
    .filter((node) => node.kind !== 'missing' || node.dependents.length > 0)
    .map(({ id, kind, needs, dependents, outcome, unmet, broken, remainingMs, wave }) =>
      JSON.stringify([id, kind, needs, [...dependents].sort(), outcome, unmet, broken, remainingMs, wave]),
    )
    .sort()
  const pools = [...index.pools.values()]
    .filter((pool) => pool.members.size > 0)
    .map(({ key, members, ready, primaries, fallbacks, hopeless }) =>
      JSON.stringify([key, [...members].sort(), namesOf(ready), primaries, fallbacks, hopeless]),
    )
    .sort()
  const rest = {
    jobs: [...index.jobs]
      .flatMap(([machine, list]) => (list.size > 0 ? [`${machine ?? ''} ${namesOf(list).join(' ')}`] : []))
      .sort(),
    delayed: [...index.delayed].sort(),
    toCheck: [...index.toCheck].sort(),
    gatesToCheck: [...index.gatesToCheck].sort(),
    liveAttempts: [...index.liveAttempts].sort(),
    busy: [...index.busy].flatMap(([id, count]) => (count > 0 ? [`${id} ${count}`] : [])).sort(),
    focus: index.focus === null ? null : [...index.focus].sort(),
    openTasks: index.openTasks,
    openGates: index.openGates,
  }
  return [...nodes, ...pools, JSON.stringify(rest)].join('\n')
}

/** The index that grew with the events, and the one built from the records alone. */
export function bothIndexes(state: RunState): readonly [grown: string, rebuilt: string] {
  const copy: RunState = { ...state }
  return [sayIndex(indexOf(state)), sayIndex(indexOf(copy))]
}

function namesOf(list: ReadyList): readonly string[] {
  return list.ranks.map((rank) => rank.task)
}
