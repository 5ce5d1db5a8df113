import { expect } from 'chai'
import { OrchestraError } from '../../../../lib/core/errors.js'
import { JobWatch } from '../../../../lib/daemon/attempts/job-watch.js'
import { Endings } from '../../../../lib/daemon/jobs/endings.js'
import type { JobResult } from '../../../../lib/daemon/jobs/jobs.js'
import { agentAtWork } from '../../../support/agent-at-work.js'
import { withKernel, type KernelRig } from '../../../support/kernel-rig.js'

/** A headless attempt whose process ends as the spec says. */
function watchOf(kernel: KernelRig, ended: () => Promise<JobResult | null>) {
  const work = agentAtWork(kernel, { headless: true })
  const endings = new Endings()
  const watch = new JobWatch({
    kernel,
    hosts: work.hosts,
    jobs: { ended, end: async () => [], forget: async () => undefined },
    endings,
  })
  return { watch, endings, attempt: work.attempt }
}

describe('the watch over the process of an attempt', () => {
  it('calls the attempt lost when its process is gone without a record', () =>
    withKernel(async (kernel) => {
      const { watch, attempt } = watchOf(kernel, async () => null)
      await watch.ended(attempt)
      expect(kernel.loop.state.attempts.get(attempt)).to.include({
        status: 'lost',
        reason: 'its process is gone without a record',
      })
    }))

  it('says nothing of an end that somebody asked for', () =>
    withKernel(async (kernel) => {
      const { watch, endings, attempt } = watchOf(kernel, async () => null)
      const before = kernel.events.length
      endings.begin(attempt)
      await watch.ended(attempt)
      expect(kernel.typesSince(before)).to.deep.equal([])
    }))

  it('watches once, however many ask, and is asked for anew by a look after a lost link', () =>
    withKernel(async (kernel) => {
      let asked = 0
      const { watch, attempt } = watchOf(kernel, () => {
        asked += 1
        return Promise.reject(new OrchestraError('the link was lost', { kind: 'unreachable' }))
      })
      await Promise.all([watch.ended(attempt), watch.ended(attempt)])
      expect([asked, kernel.looksAsked]).to.deep.equal([1, 1])
      await watch.ended(attempt)
      expect(asked).to.equal(2)
    }))
})
