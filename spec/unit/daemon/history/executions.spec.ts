import { expect } from 'chai'
import type { Proof } from '../../../../lib/core/run/events.js'
import { Executions } from '../../../../lib/daemon/history/executions.js'
import { agentAtWork } from '../../../support/agent-at-work.js'
import { withKernel, type KernelRig } from '../../../support/kernel-rig.js'

const tick = () => new Promise((resolve) => setImmediate(resolve))

/** What stands at the end of the journal after an attempt was proved so. */
async function proved(kernel: KernelRig, outcome: Proof['outcome'], exitCode: number) {
  kernel.followers.push(new Executions(kernel))
  const { attempt } = agentAtWork(kernel)
  await tick()
  const proof = { kind: 'exit', outcome, exitCode, text: null } as const
  const first = kernel.events.length
  kernel.loop.dispatch({ type: 'attempt.proved', at: kernel.at, attempt, proof })
  await tick()
  return kernel.typesSince(first)
}

describe('the history of attempts', () => {
  it('says that an attempt has ended right after the proof that it failed', () =>
    withKernel(async (kernel) => {
      expect(await proved(kernel, 'fail', 3)).to.deep.equal(['attempt.proved', 'attempt.ended'])
      expect(kernel.events.at(-1)).to.include({ status: 'failed', reason: 'exit status 3', at: kernel.at })
    }))

  it('waits for the verdict on one that is proved to be done', () =>
    withKernel(async (kernel) => {
      expect(await proved(kernel, 'done', 0)).to.deep.equal(['attempt.proved'])
    }))
})
