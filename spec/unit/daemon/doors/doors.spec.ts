import { expect } from 'chai'
import type { TcpSpec } from '../../../../lib/core/layout/api-spec.js'
import { OrchestraError } from '../../../../lib/core/errors.js'
import { Doors } from '../../../../lib/daemon/doors/doors.js'
import { layoutOf } from '../../../../lib/simulate/layout-of.js'
import { eventually } from '../../../support/eventually.js'
import { withKernel, type KernelRig } from '../../../support/kernel-rig.js'
import { PERSON } from '../../../support/principals.js'

const TCP: TcpSpec = { host: '127.0.0.1', port: 7443, names: [], tls: null, behind: null }

function apply(kernel: KernelRig, tcp: TcpSpec | null): void {
  const layout = { ...layoutOf({ agents: {}, tasks: {} }), api: { tcp } }
  kernel.dispatch({ type: 'layout.applied', at: kernel.at, layout, revive: true, by: PERSON })
}

function doorsOf(kernel: KernelRig) {
  const doors = new Doors(kernel, 20)
  kernel.followers.push(doors)
  const log: string[] = []
  let taken = false
  doors.serve((spec) => {
    if (taken) throw new OrchestraError('the port is taken', { kind: 'failed', hint: 'make it free' })
    log.push(`open ${spec.port}`)
    return Promise.resolve({ close: () => Promise.resolve(void log.push(`close ${spec.port}`)) })
  })
  return { doors, log, take: (is: boolean) => (taken = is) }
}

describe('the doors of the API', () => {
  it('follow the layout: opened, left as they are, moved, closed', () =>
    withKernel(async (kernel) => {
      const { doors, log } = doorsOf(kernel)
      for (const tcp of [null, TCP, TCP, { ...TCP, port: 8443 }, null, TCP]) {
        apply(kernel, tcp)
        await doors.settled()
      }
      await doors.close()
      expect(log).to.deep.equal([
        'open 7443',
        'close 7443',
        'open 8443',
        'close 8443',
        'open 7443',
        'close 7443',
      ])
    }))

  it('say why one is not open, and try it again until it is', () =>
    withKernel(async (kernel) => {
      const { doors, log, take } = doorsOf(kernel)
      take(true)
      apply(kernel, TCP)
      await doors.settled()
      expect(doors.problem).to.deep.equal({ text: 'the port is taken', mend: 'make it free' })
      expect(doors.facts.doorProblem()).to.equal('the port is taken')
      take(false)
      await eventually(() => expect(doors.problem).to.equal(null))
      expect(log).to.deep.equal(['open 7443'])
      take(true)
      apply(kernel, { ...TCP, port: 8443 })
      await doors.settled()
      apply(kernel, null)
      await doors.settled()
      expect(doors.problem).to.equal(null)
      await doors.close()
    }))
})
