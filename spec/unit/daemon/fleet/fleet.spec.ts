import { expect } from 'chai'
import { parsePaneId, parseWindowId, type MachineId } from '../../../../lib/core/ids.js'
import type { Layout, Machine } from '../../../../lib/core/layout/model.js'
import { PERSON } from '../../../support/principals.js'
import { Fleet } from '../../../../lib/daemon/fleet/fleet.js'
import type { Host, HostEvent } from '../../../../lib/daemon/machines/host.js'
import { layoutOf } from '../../../../lib/simulate/layout-of.js'
import { BareHost } from '../../../support/bare-host.js'
import { eventually } from '../../../support/eventually.js'
import { withKernel, type KernelRig } from '../../../support/kernel-rig.js'

const ONE = layoutOf({ machines: { here: {} }, agents: { A: {} } })
const TWO = layoutOf({ machines: { slow: {}, other: {} } })

function apply(kernel: KernelRig, layout: Layout): void {
  kernel.loop.dispatch({ type: 'layout.applied', at: kernel.at, layout, revive: true, by: PERSON })
}

/** A fleet of machines that the spec plays, and what its neighbours were asked. */
function fleetOf(kernel: KernelRig) {
  const asked: string[] = []
  const told: HostEvent['type'][] = []
  const made = new Map<string, BareHost>()
  const make = (machine: Machine) => {
    const host = new BareHost(machine, kernel.session)
    made.set(machine.id, host)
    return host
  }
  const done = async () => undefined
  const fleet = new Fleet({
    kernel,
    hosts: new Map<MachineId, Host>(),
    factory: { make },
    observer: { expect: () => undefined },
    outbox: { resume: (agent) => void asked.push(`resume ${agent}`) },
    watcher: { watch: (agent) => void asked.push(`watch ${agent}`) },
    records: {
      read: async (agent) => void asked.push(`read ${agent}`),
      windowGone: async (agent) => void asked.push(`gone ${agent}`),
    },
    reports: { results: async () => null },
    jobs: { lookAgain: () => undefined, isAwaited: () => false, giveUp: async () => {} },
    jobWatch: { watch: () => undefined, ended: done },
  })
  fleet.tell([
    {
      hears: {
        'window.closed': ({ type }) => told.push(type),
        ready: ({ type }) => told.push(type),
        state: ({ type }) => told.push(type),
      },
    },
  ])
  const host = (id: string) => made.get(id) ?? expect.fail(`no host ${id}`)
  return { fleet, asked, told, host }
}

const states = ({ events }: KernelRig) =>
  events.flatMap((e) => (e.type === 'machine.changed' ? [`${e.machine} ${e.state}`] : []))

describe('Fleet', () => {
  it('looks at a machine while another one does not answer', () =>
    withKernel(async (kernel) => {
      apply(kernel, TWO)
      const { fleet, host } = fleetOf(kernel)
      fleet.make(TWO)
      const listed: string[] = []
      host('slow').list = () => (listed.push('slow'), new Promise(() => {}))
      host('other').list = () => (listed.push('other'), Promise.reject(new Error('enough')))
      void fleet.lookAtEverything()
      await eventually(() => expect(listed).to.deep.equal(['slow', 'other']))
      fleet.stop()
    }))

  it('calls a machine online after its first look, and adopts the agent that lives there', () =>
    withKernel(async (kernel) => {
      apply(kernel, ONE)
      const agent = ONE.agents[0]?.id ?? expect.fail('no agent')
      const machine = ONE.machines[0]?.id ?? expect.fail('no machine')
      const at = kernel.at
      kernel.loop.dispatch({ type: 'agent.starting', at, agent, generation: 1, machine })
      const { fleet, asked, host } = fleetOf(kernel)
      fleet.make(ONE)
      const pane = {
        pane: parsePaneId('%3')!,
        window: parseWindowId('@3')!,
        agent,
        generation: '1',
        pid: 42,
        dead: null,
        piped: true,
        tty: '/dev/pts/9',
        cols: 80,
        rows: 24,
        inMode: false,
        activeAt: 0,
        title: '',
      }
      host('here').say({ type: 'ready', reset: null, panes: [pane] })
      await eventually(() => expect(states(kernel)).to.deep.equal(['here online']))
      expect(kernel.loop.state.agents.get(agent)?.process).to.include({ status: 'alive', pid: 42 })
      expect(asked).to.include.members([`watch ${agent}`, `read ${agent}`, `resume ${agent}`])
      expect(fleet.hasSeen(machine)).to.equal(true)
      fleet.stop()
    }))

  it('journals the loss of a machine, tells its listeners, and hears no host that was replaced', () =>
    withKernel(async (kernel) => {
      apply(kernel, ONE)
      const { fleet, told, host } = fleetOf(kernel)
      fleet.make(ONE)
      const old = host('here')
      old.isReady = false
      old.say({ type: 'state', state: 'offline', reason: 'the link was lost' })
      await eventually(() => expect(states(kernel)).to.deep.equal(['here offline']))
      expect(told).to.deep.equal(['state'])
      fleet.make({ ...ONE, tmux: { ...ONE.tmux, socket: 'another' } })
      old.say({ type: 'state', state: 'degraded', reason: 'of the old connection' })
      await new Promise(setImmediate)
      expect(states(kernel)).to.deep.equal(['here offline'])
      fleet.stop()
    }))
})
