import type { MergeStep } from '../../core/merges/merge-step.js'
import { workOf } from '../../core/merges/branches.js'
import type { MergeSpec } from '../../core/merges/spec.js'
import { OrchestraError, reasonOf } from '../../core/errors.js'
import { offer } from './land-batch.js'
import type { MergeNeeds } from './merge-needs.js'
import { mergePlace } from './merge-place.js'

/** For a task of type `pr`: its nearest branch holds those of what that needed. */
export async function makeOffer(
  spec: MergeSpec,
  { attempt, tasks }: Extract<MergeStep, { kind: 'offer' }>,
  needs: MergeNeeds,
): Promise<void> {
  const { loop, clock } = needs.kernel
  const proved = (outcome: 'done' | 'fail', text: string) =>
    loop.dispatch({
      type: 'attempt.proved',
      at: clock.now(),
      attempt,
      proof: { kind: 'exit', outcome, exitCode: null, text },
    })
  const [nearest] = tasks
  const record = nearest === undefined ? undefined : loop.state.tasks.get(nearest)
  if (nearest === undefined || record === undefined) return
  const entry = loop.state.merges.get(spec.id)?.entries.get(nearest)
  if (entry?.url != null) return void proved('done', entry.url)
  if (spec.push === 'branch' && record.landed !== null)
    return void proved('done', `nothing to offer: it is in ${spec.into} of the remote already`)
  const work = entry ?? workOf(loop.state, record, spec.pool)
  if (work === null) return
  try {
    const place = await mergePlace(spec, work.machine, needs)
    const { url, reason } = await offer(spec, work, place, needs)
    proved(url === null ? 'fail' : 'done', url ?? reason ?? 'no pull request was made')
  } catch (error) {
    if (!(error instanceof OrchestraError) || error.kind === 'unreachable') throw error
    proved('fail', reasonOf(error))
  }
}
