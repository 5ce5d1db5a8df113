/** One step of a merge queue. What git or a remote refuses holds the queue, and a person is told; what cannot be reached waits. */
import { reasonOf } from '../../core/errors.js'
import type { MergeStep } from '../../core/merges/merge-step.js'
import { buildBatch, buildProbe } from './build-batch.js'
import { landBatch } from './land-batch.js'
import type { MergeNeeds } from './merge-needs.js'
import { makeOffer } from './make-offer.js'
import { isAskedAgain } from '../trees/asked-again.js'
import { askToResolve } from './ask-to-resolve.js'
import { requestPull } from './request-pull.js'
import { verifyLinks } from './verify-links.js'

export { previewMerge } from './preview-merge.js'

export async function takeStep(merge: string, step: MergeStep, needs: MergeNeeds): Promise<void> {
  const { loop, clock } = needs.kernel
  const spec = loop.state.layout?.merges.find(({ id }) => id === merge)
  if (spec === undefined) return
  try {
    switch (step.kind) {
      case 'build':
        return await buildBatch(spec, step, needs)
      case 'verify':
        return await verifyLinks(spec, step, needs)
      case 'probe':
        return await buildProbe(spec, step, needs)
      case 'land':
        return await landBatch(spec, step, needs)
      case 'resolve':
        return await askToResolve(spec, step, needs)
      case 'request':
        return await requestPull(spec, step, needs)
      case 'offer':
        return await makeOffer(spec, step, needs)
    }
  } catch (error) {
    if (isAskedAgain(error)) throw error
    loop.dispatch({ type: 'merge.held', at: clock.now(), merge, reason: reasonOf(error) })
  }
}
