import type { MergeRow } from '../protocol/merges.js'
import type { RunState } from '../run/state.js'
import { isStuck } from './merge-answer.js'
import { newMerge, type MergeEntry, type MergeRecord } from './records.js'
import { isBeingResolved } from './resolver.js'
import type { MergeSpec } from './spec.js'

export function mergeRows(state: RunState): readonly MergeRow[] {
  return (state.layout?.merges ?? []).map((spec) =>
    mergeRow(state, spec, state.merges.get(spec.id) ?? newMerge(spec.id)),
  )
}

function mergeRow(state: RunState, spec: MergeSpec, record: MergeRecord): MergeRow {
  const entries = [...record.entries.values()]
  const batch = (record.batch?.links ?? []).flatMap(({ task }) => (task === null ? [] : [task]))
  const of = (status: MergeEntry['status']) => entries.filter((entry) => entry.status === status)
  return {
    id: spec.id,
    into: spec.into,
    machine: spec.machine,
    push: spec.push,
    state: stateOf(record),
    batch,
    queued: of('queued').flatMap(({ task }) => (batch.includes(task) ? [] : [task])),
    landed: of('landed').map(({ task }) => task),
    problems: entries.flatMap((entry) => {
      if (entry.status !== 'conflicted' && entry.status !== 'rejected') return []
      const { task, status, reason, files, against } = entry
      const resolver = isBeingResolved(state, spec, entry) ? entry.resolver : null
      return [{ task, status, reason, files, against, resolver }]
    }),
    offered: of('offered').map(({ task, url, reason }) => ({ task, url, reason })),
    reason: record.held,
  }
}

function stateOf({ batch, held, entries }: MergeRecord): MergeRow['state'] {
  if (held !== null) return 'held'
  if (batch !== null) return batch.landing === null ? 'verifying' : 'landing'
  return [...entries.values()].some(({ status }) => status === 'queued') ? 'waiting' : 'idle'
}

/** What a person has to look at: a queue, or a branch. */
export function stuckMerges(state: RunState): readonly (readonly [string, string])[] {
  return (state.layout?.merges ?? []).flatMap((spec): (readonly [string, string])[] => {
    const record = state.merges.get(spec.id)
    if (record === undefined) return []
    const held = record.held === null ? [] : [[spec.id, `nothing lands: ${record.held}`] as const]
    const stuck = [...record.entries.values()].filter((entry) => isStuck(state, spec, entry))
    return [
      ...held,
      ...stuck.map(({ task, reason, status }) => [task, `does not land: ${reason ?? status}`] as const),
    ]
  })
}
