import { expect } from 'chai'
import { checkedId, parsePaneId } from '../../../../lib/core/ids.js'
import { Bell } from '../../../../lib/daemon/attempts/bell.js'
import { AGENT, agentAtWork } from '../../../support/agent-at-work.js'
import { withKernel, type KernelRig } from '../../../support/kernel-rig.js'
import { hearPart } from '../../../support/tell-part.js'

function bellOf(kernel: KernelRig) {
  const asked: string[] = []
  const bell = new Bell({
    kernel,
    jobs: {
      isAwaited: (name) => name === 'job-1',
      rang: (name) => void asked.push(`rang ${name}`),
      lookAgain: () => void asked.push('all jobs'),
    },
    records: {
      read: async (agent) => void asked.push(`read ${agent}`),
      windowGone: async (agent) => void asked.push(`gone ${agent}`),
    },
  })
  return { bell, asked }
}

describe('the bell', () => {
  it('has the records of an agent read, and costs nothing for a name that nobody knows', () =>
    withKernel(async (kernel) => {
      const { host } = agentAtWork(kernel)
      const { bell, asked } = bellOf(kernel)
      hearPart(bell, { type: 'ring', agent: AGENT }, host)
      for (const name of ['job-1', 'nobody']) hearPart(bell, { type: 'ring', agent: checkedId(name) }, host)
      expect(asked).to.deep.equal([`rang ${AGENT}`, `read ${AGENT}`, 'rang job-1'])
      bell.stop()
    }))

  it('rings for everybody who works there when rings were lost', () =>
    withKernel(async (kernel) => {
      const { host } = agentAtWork(kernel)
      const { bell, asked } = bellOf(kernel)
      hearPart(bell, { type: 'rings.lost' }, host)
      expect(asked).to.deep.equal([`rang ${AGENT}`, `read ${AGENT}`, 'all jobs'])
      bell.stop()
    }))

  it('looks for the record of an agent whose pane is dead, and of nobody else', () =>
    withKernel(async (kernel) => {
      const { host } = agentAtWork(kernel)
      const { bell, asked } = bellOf(kernel)
      const died = { type: 'dead', status: 1, signal: null } as const
      hearPart(bell, { ...died, pane: parsePaneId('%9')! }, host)
      hearPart(bell, { ...died, pane: parsePaneId('%3')! }, host)
      expect(asked).to.deep.equal(['all jobs', `gone ${AGENT}`, 'all jobs'])
      bell.stop()
    }))
})
