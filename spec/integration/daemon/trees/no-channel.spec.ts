/** A tree that is to be made ready on a host whose sshd has no channel left: it is asked for again, and its attempt does not fail. */
import { expect } from 'chai'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadLayout } from '../../../../lib/config/load-layout.js'
import { slotId, type MachineId } from '../../../../lib/core/ids.js'
import { DAEMON } from '../../../../lib/core/principal.js'
import type { Host } from '../../../../lib/daemon/machines/host.js'
import { prepareSlot } from '../../../../lib/daemon/trees/prepare-slot.js'
import type { TreeNeeds } from '../../../../lib/daemon/trees/tree-needs.js'
import { TreeShells } from '../../../../lib/daemon/trees/tree-shells.js'
import { git, newCheckout } from '../../../support/checkout.js'
import { withKernel } from '../../../support/kernel-rig.js'
import { failureOf, reaches, startLink, stopLinks } from '../../../support/ssh-links.js'
import { needsSshd, withSshd } from '../../../support/sshd.js'

const M = 'm' as MachineId
const SLOT = slotId('app', M, 1)

describe('a tree that no channel to its host is free for', function () {
  this.timeout(60_000)
  needsSshd(this)
  afterEach(stopLinks)

  it('is made ready when one is free, and is not refused before', () =>
    withKernel((kernel) =>
      withSshd({ config: ['MaxSessions 1'] }, async (sshd, client) => {
        const checkout = join(sshd.home, 'app')
        newCheckout(checkout, { 'a.txt': 'a\n' })
        const file = join(sshd.dir, 'layout.yaml')
        writeFileSync(
          file,
          `version: 1
session: rig
machines: { m: { kind: ssh, host: ${sshd.address} } }
repositories: { app: { machine_paths: { m: ~/app } } }
trees: { app: { repository: app, dir: ~/wood } }
tasks: { one: { title: One, machine: m, tree: app, command: 'true' } }
`,
        )
        const loaded = await loadLayout(file, { env: { HOME: client.home } })
        if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
        const { layout } = loaded
        const oid = git(checkout, 'rev-parse', 'HEAD')
        const place = { pool: 'app', repository: 'app', machine: M, index: 1, dir: '~/wood' }
        const holder = { kind: 'merge', merge: 'app', oid } as const
        kernel.loop.dispatch(
          { type: 'layout.applied', at: kernel.at, layout, revive: false, by: DAEMON },
          {
            type: 'tree.acquired',
            at: kernel.at,
            slot: SLOT,
            ...place,
            holder,
            attempt: null,
            branch: null,
          },
        )
        const link = startLink(sshd.target, client)
        await reaches(link, 'up')
        const shells = new TreeShells()
        const hosts = new Map([[M, { isReady: true, link } as unknown as Host]])
        const needs = { kernel, hosts, shells } as unknown as TreeNeeds
        const prepare = () => prepareSlot(kernel.loop.state.slots.get(SLOT)!, needs)
        const other = await link.hold(['cat'])
        try {
          expect((await failureOf(prepare())).details['reason']).to.equal('channel_limit')
          expect(kernel.events.map(({ type }) => type)).to.deep.equal(['layout.applied', 'tree.acquired'])
          other.kill()
          await other.closed
          await prepare()
          expect(kernel.events.map(({ type }) => type)).to.include('tree.ready')
          expect(kernel.loop.state.slots.get(SLOT)).to.include({ state: 'ready' })
        } finally {
          shells.dispose()
        }
      }),
    ))
})
