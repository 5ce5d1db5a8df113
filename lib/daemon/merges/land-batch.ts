import type { MergeStep } from '../../core/merges/merge-step.js'
import type { MergeBatch } from '../../core/merges/records.js'
import type { MergeSpec } from '../../core/merges/spec.js'
import { OrchestraError } from '../../core/errors.js'
import { LAND, PUSH_BRANCH } from '../../git/merging.js'
import type { MergeNeeds } from './merge-needs.js'
import { landedOf, mergePlace, targetOf, type MergePlace } from './merge-place.js'

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
  const place = await mergePlace(spec, spec.machine, needs)
  if (spec.push === 'pr') return offerAll(spec, batch, links, place, needs)
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

/** `push: pr`: each branch is pushed as it is, and others land it. */
async function offerAll(
  spec: MergeSpec,
  batch: MergeBatch,
  links: number,
  place: MergePlace,
  needs: MergeNeeds,
): Promise<void> {
  const { loop } = needs.kernel
  for (const { task } of batch.links.slice(0, links)) {
    const entry = task === null ? undefined : loop.state.merges.get(spec.id)?.entries.get(task)
    if (entry === undefined || entry.status === 'offered') continue
    await offer(spec, entry, place, needs)
  }
}

/** Pushes a branch and asks for its pull request; @returns its address, or why there is none. */
export async function offer(
  spec: MergeSpec,
  {
    task,
    branch,
    oid,
  }: {
    readonly task: MergeBatch['links'][number]['task'] & string
    readonly branch: string
    readonly oid: string
  },
  place: MergePlace,
  { kernel, pulls }: MergeNeeds,
): Promise<{ readonly url: string | null; readonly reason: string | null }> {
  const { loop, clock } = kernel
  const { root, checkout, repository } = place
  await place.run(PUSH_BRANCH, [root, checkout, repository.remote ?? '', branch, oid])
  const missing = pulls.missing()
  const title = loop.state.tasks.get(task)?.spec.title ?? task
  const body = `Task ${task} of ${kernel.session}.\n`
  const url = missing === null ? await pulls.open({ branch, into: spec.into, title, body }) : null
  const reason =
    missing === null
      ? null
      : `${branch} is pushed to ${repository.remote ?? 'no remote'}, and no pull request was made: ${missing}`
  loop.dispatch({ type: 'merge.offered', at: clock.now(), merge: spec.id, task, url, reason })
  return { url, reason }
}
