import { expect } from 'chai'
import type { DeliveryJob } from '../../../../lib/daemon/delivery/deliverer.js'
import type { Settled } from '../../../../lib/daemon/delivery/drive-delivery.js'
import { operationOf } from '../../../../lib/daemon/delivery/operation.js'
import { Outbox } from '../../../../lib/daemon/delivery/outbox.js'
import { AGENT, agentAtWork } from '../../../support/agent-at-work.js'
import { eventually } from '../../../support/eventually.js'
import { withKernel, type KernelRig } from '../../../support/kernel-rig.js'
import { tellPart } from '../../../support/tell-part.js'
import { PERSON } from '../../../support/principals.js'

const DELIVERED: Settled = { state: 'delivered', reason: null }

function outboxOf(kernel: KernelRig) {
  const jobs: DeliveryJob[] = []
  const deliver = async (_agent: string, job: DeliveryJob) => {
    jobs.push(job)
    return DELIVERED
  }
  return { outbox: new Outbox(kernel, { deliver }), jobs }
}

function queue(kernel: KernelRig, outbox: Outbox, operation: string): void {
  outbox.put(operation, 'hello')
  const said = { digest: 'd', bytes: 5, by: PERSON }
  kernel.loop.dispatch({ type: 'message.queued', at: kernel.at, agent: AGENT, operation, ...said })
}

describe('the outbox', () => {
  it('gives a message to its agent, journals the receipt, and forgets the text', () =>
    withKernel(async (kernel) => {
      agentAtWork(kernel)
      const { outbox, jobs } = outboxOf(kernel)
      queue(kernel, outbox, 'm-1')
      expect(outbox.receipt('m-1')?.state).to.equal('queued')
      expect(await outbox.deliver(AGENT, 'm-1', null)).to.deep.equal(DELIVERED)
      expect(jobs.map(({ text, onLoss }) => [text, onLoss])).to.deep.equal([['hello', 'waits']])
      expect(outbox.receipt('m-1')?.state).to.equal('delivered')
      expect(await outbox.deliver(AGENT, 'm-1', null)).to.include({ state: 'unconfirmed' })
    }))

  it('takes up what an earlier daemon left, when the agent has started', () =>
    withKernel(async (kernel) => {
      agentAtWork(kernel)
      queue(kernel, outboxOf(kernel).outbox, 'left')
      const { outbox, jobs } = outboxOf(kernel)
      outbox.start()
      expect(jobs).to.deep.equal([])
      const started = kernel.events.find(({ type }) => type === 'agent.started') ?? expect.fail('not started')
      tellPart(outbox, started)
      await eventually(() => expect(outbox.receipt('left')?.state).to.equal('delivered'))
      expect(jobs).to.have.length(1)
    }))

  it('lets a prompt that was half typed come to its end before a message', () =>
    withKernel(async (kernel) => {
      const { attempt } = agentAtWork(kernel, { running: false })
      const record = kernel.loop.state.attempts.get(attempt) ?? expect.fail('no attempt')
      const operation = operationOf(record)
      kernel.store.facts.noteSending({ operation, agent: AGENT, digest: 'd', at: kernel.at }, 1)
      const { outbox, jobs } = outboxOf(kernel)
      queue(kernel, outbox, 'm-1')
      const delivered = outbox.deliver(AGENT, 'm-1', null)
      await new Promise((resolve) => setImmediate(resolve))
      expect(jobs).to.deep.equal([])
      kernel.loop.dispatch({ type: 'attempt.running', at: kernel.at, attempt, pid: null, unconfirmed: '' })
      expect(await delivered).to.deep.equal(DELIVERED)
      expect(jobs).to.have.length(1)
    }))
})
