import { expect } from 'chai'
import type { MachineId } from '../../../../lib/core/ids.js'
import type { Layout, Machine } from '../../../../lib/core/layout/model.js'
import type { DaemonContext } from '../../../../lib/daemon/context.js'
import { Fleet } from '../../../../lib/daemon/fleet/fleet.js'
import type { Host } from '../../../../lib/daemon/machines/host.js'
import type { HostFactory } from '../../../../lib/daemon/machines/make-hosts.js'
import { eventually } from '../../../support/eventually.js'

const MACHINES = ['slow', 'other'] as MachineId[]

describe('Fleet', () => {
  it('looks at a machine while another one does not answer', async () => {
    const asked: string[] = []
    const make = (machine: Machine) =>
      ({
        machine,
        isReady: true,
        on: () => () => undefined,
        list: () => {
          asked.push(machine.id)
          return machine.id === 'slow' ? new Promise(() => {}) : Promise.reject(new Error('enough'))
        },
      }) as unknown as Host
    const machines = new Map(MACHINES.map((id) => [id, { spec: { id }, state: 'online' }]))
    const context = { loop: { state: { machines } }, log: { debug: () => undefined } }
    const fleet = new Fleet(
      context as unknown as DaemonContext,
      { make } as unknown as HostFactory,
      { guard: () => undefined } as never,
    )
    const layout = { machines: MACHINES.map((id) => ({ id, kind: 'local' })), tmux: { socket: 's' } }
    fleet.make(layout as unknown as Layout)
    void fleet.lookAtEverything()
    await eventually(() => expect(asked).to.deep.equal(['slow', 'other']))
    fleet.close()
  })
})
