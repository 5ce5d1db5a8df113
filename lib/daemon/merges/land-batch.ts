import type { MergeStep } from '../../core/merges/merge-step.js'
import type { MergeBatch } from '../../core/merges/records.js'
import type { MergeSpec } from '../../core/merges/spec.js'
import { OrchestraError } from '../../core/errors.js'
import { LAND } from '../../git/merging.js'
import type { MergeNeeds } from './merge-needs.js'
import { landedOf, mergePlace, targetOf } from './merge-place.js'
import { insideOthers, pushBranch } from './request-pull.js'

/** That it is landing is durable already. Asked again after a crash, git is asked what was done. */
export async function landBatch(
  spec: MergeSpec,
  { batch: number, links }: Extract<MergeStep, { kind: 'land' }>,
  needs: MergeNeeds,
): Promise<void> {
  const { loop, clock } = needs.kernel
  const batch = loop.state.merges.get(spec.id)?.batch
  if (batch?.number !== number || batch.landing === null) return
  await loop.settled()
  if (spec.push === 'pr') return offerAll(spec, batch, links, needs)
  const place = await mergePlace(spec, spec.machine, needs)
  // Fetches; what others pushed since is found by the script.
  await targetOf(spec, place, needs)
  const to = batch.links[links - 1]!.commit
  const { root, checkout, repository } = place
  const remote = repository.remote ?? ''
  const args = [
    root,
    spec.into,
    batch.base,
    to,
    landedOf(spec, place, needs)?.oid ?? '',
    spec.push,
    checkout,
    remote,
  ]
  const [said, oid = ''] = (await place.run(LAND, args))[0] ?? []
  const at = clock.now()
  if (said === 'moved')
    return void loop.dispatch({ type: 'merge.moved', at, merge: spec.id, batch: number, to: oid })
  if (said !== 'landed') throw new OrchestraError('git did not say whether it landed', { kind: 'failed' })
  const tasks = batch.links.slice(0, links).flatMap(({ task }) => (task === null ? [] : [task]))
  loop.dispatch({
    type: 'merge.landed',
    at,
    merge: spec.id,
    batch: number,
    repository: repository.id,
    into: spec.into,
    oid: to,
    machine: spec.machine,
    tasks,
  })
}

/** `push: pr`: what no other branch of the batch holds is pushed as it is, and others land it. */
async function offerAll(spec: MergeSpec, batch: MergeBatch, links: number, needs: MergeNeeds): Promise<void> {
  const { loop, clock } = needs.kernel
  const entries = batch.links.slice(0, links).flatMap(({ task }) => {
    const entry = task === null ? undefined : loop.state.merges.get(spec.id)?.entries.get(task)
    return entry === undefined ? [] : [entry]
  })
  const inside = await insideOthers(spec, entries, needs)
  for (const entry of entries)
    if (!inside.has(entry.task)) await pushBranch(entry, await mergePlace(spec, entry.machine, needs))
  const event = { type: 'merge.offered', at: clock.now(), merge: spec.id, url: null, reason: null } as const
  loop.dispatch(...entries.map(({ task }) => ({ ...event, task })))
}
