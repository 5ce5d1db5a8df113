import type { MergeStep } from '../../core/merges/merge-step.js'
import { workOf } from '../../core/merges/branches.js'
import type { MergeSpec } from '../../core/merges/spec.js'
import { reasonOf } from '../../core/errors.js'
import { isAskedAgain } from '../trees/asked-again.js'
import type { MergeNeeds } from './merge-needs.js'
import { offerPull } from './request-pull.js'

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
    const answer = await offerPull(spec, work, needs)
    if ('url' in answer) proved('done', answer.url)
    else proved('fail', answer.reason)
  } catch (error) {
    if (isAskedAgain(error)) throw error
    proved('fail', reasonOf(error))
  }
}
