/** Machines that cannot be reached, each in its own way: none delays another, and each says what would mend it. */
import { expect } from 'chai'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StatusDocument } from '../../lib/core/protocol/status.js'
import { makeCluster, needsCluster, type Cluster } from '../support/cluster.js'
import { eventually } from '../support/eventually.js'
import type { Orchestra } from '../support/orchestra.js'
import { startSshd, type TestSshd } from '../support/sshd.js'

const LAYOUT = `version: 1
session: trouble
layers: { L1: HERE, L2: THERE }
machines:
  here:    { layer: L1, code: ME, kind: local }
  mugen:   { layer: L2, code: MU, kind: ssh, host: mugen }
  inner:   { layer: L2, code: IN, kind: ssh, host: 127.0.0.1, port: 2222, jump: mugen }
  hole:    { layer: L2, code: HO, kind: ssh, host: hole, on_unreachable: hold }
  hole-2:  { layer: L2, code: H2, kind: ssh, host: hole, on_unreachable: local }
  hole-3:  { layer: L2, code: H3, kind: ssh, host: hole, on_unreachable: mugen }
  closed:  { layer: L2, code: CL, kind: ssh, host: closed }
  changed: { layer: L2, code: CH, kind: ssh, host: changed }
agents:
  Good: { type: demo, machine: mugen, role: work }
  Inner: { type: demo, machine: inner, role: work }
  Hold: { type: demo, machine: hole, role: work }
  Local: { type: demo, machine: hole-2, role: work }
  Other: { type: demo, machine: hole-3, role: work }
  Closed: { type: demo, machine: closed, role: work }
  Changed: { type: demo, machine: changed, role: work }
windows:
  - { name: All, agents: [Good, Inner, Hold, Local, Other, Closed, Changed], layout: tiled }
`

describe('machines in trouble', function () {
  if (!needsCluster(this)) return
  let cluster: Cluster
  let here: Orchestra
  const extra: TestSshd[] = []
  const machine = (s: StatusDocument, id: string) => s.machines.find((m) => m.id === id)
  const agent = (s: StatusDocument, id: string) => s.agents.find((a) => a.id === id)

  before(async () => {
    cluster = await makeCluster(['mugen', 'hole'])
    here = cluster.orchestra
    const { client } = cluster
    const mugen = cluster.host('mugen')
    const inner = await startSshd({
      client,
      address: mugen.network.address,
      port: 2222,
      prefix: mugen.network.prefix,
      config: ['ListenAddress 127.0.0.1:2222'],
    })
    appendFileSync(client.knownHosts, `[127.0.0.1]:2222 ${inner.hostKey}\n`)
    const closed = await startSshd({ client, config: ['AuthorizedKeysFile /dev/null'] })
    const changed = await startSshd({ client })
    extra.push(inner, closed, changed)
    await changed.restart({ newHostKey: true })
    appendFileSync(
      join(client.home, '.ssh/config'),
      Object.entries({ closed, changed })
        .map(
          ([name, { port, user }]) => `Host ${name}\n  HostName 127.0.0.1\n  Port ${port}\n  User ${user}\n`,
        )
        .join(''),
    )
    cluster.host('hole').network.cut()
    here.grounds.push(...extra.map((sshd) => sshd.dir))
  })

  after(async () => {
    await here?.close()
    for (const sshd of extra) await sshd.stop()
    await cluster?.remove()
  })

  it('delay neither up nor the agents of those that answer', async () => {
    const done = await here.run(['up', here.write('trouble.yaml', LAYOUT), '-d'])
    expect(done.code).to.equal(0)
    await here.untilStatus((s) => {
      expect(agent(s, 'Good')?.state).to.equal('idle')
      expect(agent(s, 'Inner')?.state).to.equal('idle')
    })
    const { agents } = await here.status()
    expect(
      agents.filter((a) => ['Hold', 'Closed', 'Changed'].includes(a.id)).map((a) => a.pid),
    ).to.deep.equal([null, null, null])
  })

  it('have their agents wait, run here, or run elsewhere, as the layout says', async () => {
    const status = await here.untilStatus((s) => {
      expect(agent(s, 'Local')?.pid).to.be.a('number')
      expect(agent(s, 'Other')?.pid).to.be.a('number')
      return s
    })
    expect(agent(status, 'Local')?.machine).to.equal('here')
    expect(agent(status, 'Other')?.machine).to.equal('mugen')
    expect(agent(status, 'Hold')).to.include({ machine: 'hole', pid: null, state: 'unknown' })
    expect(machine(status, 'hole')?.state).to.equal('offline')
  })

  it('say why, with the mend: a login that is refused is not tried again', async () => {
    await here.untilStatus((s) => expect(machine(s, 'closed')?.state).to.equal('offline'))
    const tries = () =>
      readFileSync(join(extra[1]?.dir ?? '', 'log'), 'utf8').match(/Connection from/g)?.length
    const before = tries()
    const status = await here.ok('status')
    expect(status).to.match(/closed/)
    expect(machine(await here.status(), 'closed')?.reason).to.match(/did not let us in/)
    const doctor = (await here.run(['doctor'])).stdout
    expect(doctor).to.match(/closed[\s\S]*(?:ssh-copy-id|authorized_keys|ssh-add)/)
    expect(doctor).to.match(/changed[\s\S]*ssh-keygen -R/)
    expect(doctor).to.match(/hole[\s\S]*BAD/)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(tries()).to.equal(before)
  })

  it('are used as soon as they answer; up tries a refused login again', async () => {
    cluster.host('hole').network.mend()
    await here.untilStatus((s) => expect(agent(s, 'Hold')?.state).to.equal('idle'))
    // Who stood in goes on where it runs: nothing runs twice.
    expect(agent(await here.status(), 'Local')?.machine).to.equal('here')
    extra[2]?.makeKnown()
    await here.ok('up', join(here.work, 'trouble.yaml'), '-d')
    const refused = await here.run(['up', join(here.work, 'trouble.yaml'), '-d'])
    expect(refused.stderr).to.match(/warning: closed is offline/)
  })

  it('say what down could not reach', async () => {
    cluster.host('mugen').network.cut()
    await here.untilStatus((s) => expect(machine(s, 'mugen')?.state).to.equal('offline'))
    const done = await here.run(['down'])
    expect(done.code).to.equal(1)
    expect(done.stderr).to.match(/could not reach mugen \(.*Good.*\)/)
    cluster.host('mugen').network.mend()
    await here.ok('up', join(here.work, 'trouble.yaml'), '-d')
    await here.untilStatus((s) =>
      expect([agent(s, 'Good')?.state, agent(s, 'Inner')?.state]).to.deep.equal(['idle', 'idle']),
    )
    await here.ok('down')
    await eventually(() => expect(here.leftovers()).to.deep.equal([]))
  })
})
