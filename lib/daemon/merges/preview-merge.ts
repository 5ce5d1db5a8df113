import { indexOf } from '../../core/run/index/index-run.js'
import { branchesToQueue } from '../../core/merges/branches.js'
import { inMergeOrder } from '../../core/merges/merge-order.js'
import { newMerge, type MergeEntry } from '../../core/merges/records.js'
import type { MergeSpec } from '../../core/merges/spec.js'
import { ancestorsOf } from '../../core/merges/task-merge.js'
import type { TaskId } from '../../core/ids.js'
import type { MergePreview } from '../../core/protocol/merges.js'
import { build } from './build-batch.js'
import type { MergeNeeds } from './merge-needs.js'
import { mergePlace } from './merge-place.js'

/** What would land, in which order, and what conflicts. Nothing is moved and nothing is verified. */
export async function previewMerge(
  spec: MergeSpec,
  only: readonly TaskId[],
  needs: MergeNeeds,
): Promise<MergePreview> {
  const { loop, clock } = needs.kernel
  const { state } = loop
  const record = state.merges.get(spec.id) ?? newMerge(spec.id)
  const asked = { ...record, asked: new Set([...record.asked, ...state.tasks.keys()]) }
  const fresh = branchesToQueue(state, spec, asked).map((branch): MergeEntry => ({
    ...branch,
    queuedAt: clock.now(),
    status: 'queued',
    reason: null,
    files: [],
    against: [],
    onto: null,
    resolver: null,
    conflicts: 0,
    url: null,
  }))
  const waiting = [...record.entries.values()].filter(
    ({ status }) => status !== 'landed' && status !== 'offered',
  )
  const all = [...waiting.filter(({ task }) => !fresh.some((one) => one.task === task)), ...fresh]
  const meant = only.length === 0 ? all : all.filter(({ task }) => only.includes(task))
  const entries = inMergeOrder(meant, spec.order, (task) => ({
    priority: state.tasks.get(task)?.spec.priority ?? 100,
    remainingMs: indexOf(state).graph.nodes.get(task)?.remainingMs ?? 0,
    after: [...ancestorsOf(state, task)],
  }))
  const place = await mergePlace(spec, spec.machine, needs)
  const { base, links, conflicts, contained, parted } = await build(spec, entries, place, needs)
  return {
    merge: spec.id,
    into: spec.into,
    base,
    lands: links.flatMap(({ task, oid }) => (task === null ? [] : [{ task, oid }])),
    contained,
    conflicts: [...conflicts, ...(parted === null ? [] : [parted])].map(({ task, files, against }) => ({
      task,
      files,
      against,
    })),
    verify: spec.verify,
  }
}
