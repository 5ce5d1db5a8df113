import type { PullAnswer } from '../../core/merges/pull-ask.js'
import { pullText } from '../../core/merges/pull-text.js'
import type { Branch } from '../../core/merges/branches.js'
import type { MergeStep } from '../../core/merges/merge-step.js'
import { isAskedFor, type MergeEntry } from '../../core/merges/records.js'
import type { MergeSpec } from '../../core/merges/spec.js'
import { OrchestraError } from '../../core/errors.js'
import { INSIDE, PUSH_BRANCH } from '../../git/merging.js'
import type { MergeNeeds } from './merge-needs.js'
import { mergePlace, type MergePlace } from './merge-place.js'

/**
 * The pull request of a branch that was offered; of one that another holds it is that one's. It takes as long as GitHub does;
 * the queue goes on.
 */
export async function requestPull(
  spec: MergeSpec,
  { task }: Extract<MergeStep, { kind: 'request' }>,
  needs: MergeNeeds,
): Promise<void> {
  const { loop, clock } = needs.kernel
  const entries = [...(loop.state.merges.get(spec.id)?.entries.values() ?? [])]
  const entry = entries.find((one) => one.task === task)
  if (entry === undefined || !isAskedFor(entry)) return
  const offered = entries.filter(({ status }) => status === 'offered')
  const holder = (await insideOthers(spec, [entry, ...offered], needs)).get(task)
  const outer = holder === undefined ? undefined : offered.find((one) => one.task === holder)
  if (outer === undefined) return void (await offerPull(spec, entry, needs))
  // Asked again with the event that tells what became of the other.
  if (isAskedFor(outer)) return
  const { url, reason } = outer
  loop.dispatch({ type: 'merge.offered', at: clock.now(), merge: spec.id, task, url, reason })
}

/** By task: the task whose branch holds its branch; in the order in which they were built. */
export async function insideOthers(
  spec: MergeSpec,
  entries: readonly MergeEntry[],
  needs: MergeNeeds,
): Promise<ReadonlyMap<string, string>> {
  const place = await mergePlace(spec, spec.machine, needs)
  const others = entries.filter(({ oid }, at) => at === 0 || oid !== entries[0]?.oid)
  const args = others.flatMap(({ task, oid }) => [task, oid])
  const said = await place.run(INSIDE, [place.root, ...args])
  return new Map(said.map(([, task = '', other = '']) => [task, other]))
}

/** Pushes a branch and asks for its pull request. @returns its address, or why there is none */
export async function offerPull(spec: MergeSpec, branch: Branch, needs: MergeNeeds): Promise<PullAnswer> {
  const { loop, clock } = needs.kernel
  const place = await mergePlace(spec, branch.machine, needs)
  const remote = await pushBranch(branch, place)
  const { task } = branch
  await loop.settled()
  const said = await needs.pulls({
    subject: `${spec.id}/${branch.branch}`,
    task,
    branch: branch.branch,
    into: spec.into,
    remote,
    ...pullText(loop.state, branch),
  })
  const where = `${branch.branch} is pushed to ${place.repository.remote}`
  const answer = 'url' in said ? said : { reason: `${where}, and no pull request was made: ${said.reason}` }
  const event = {
    type: 'merge.offered',
    at: clock.now(),
    merge: spec.id,
    task,
    url: null,
    reason: null,
  } as const
  loop.dispatch({ ...event, ...answer })
  return answer
}

/** @returns the address that it was pushed to */
export async function pushBranch({ branch, oid }: Branch, place: MergePlace): Promise<string> {
  const { root, checkout, repository, run } = place
  const [said, address = ''] =
    (await run(PUSH_BRANCH, [root, checkout, repository.remote ?? '', branch, oid]))[0] ?? []
  if (said !== 'pushed') throw new OrchestraError('git did not say whether it pushed', { kind: 'failed' })
  return address
}
