/** E61: DROPS connections are lost, each found and made anew: neither memory nor descriptors grow. */
import { expect } from 'chai'
import { daemonMeter } from '../support/daemon-meter.js'
import { eventually } from '../support/eventually.js'
import { withRunRig } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'

const DROPS = Number(process.env['DROPS'] ?? 300)
/** Until pools and caches have their size. */
const WARM = Math.min(20, Math.floor(DROPS / 5))

describe('connections that are lost again and again', function () {
  needsSshd(this)
  this.timeout(60_000 + DROPS * 5000)

  it('leave the daemon as it was', async () => {
    await withRunRig(1, async ({ orchestra, sshds, machines, agents, ledgers }) => {
      const layout = orchestra.write(
        'drops.yaml',
        `version: 1
session: drops
machines:
  here: { kind: local }
${machines}
agents:
  A: { type: demo, machine: h1, command: [sh, ${agents.tui}], env: { LEDGER: ${ledgers[0]} } }
  B: { type: command, machine: h1, command: [cat] }
`,
      )
      await orchestra.ok('up', layout, '-d', '--wait')
      const meter = daemonMeter(orchestra, 'drops')
      const online = async () =>
        (await meter.status()).machines.find((one) => one.id === 'h1')?.state === 'online'
      await eventually(online, 15_000)
      const pids = (await meter.status()).agents.map((agent) => agent.pid)
      const [sshd] = sshds
      let before = { rss: 0, descriptors: 0 }
      for (let i = 0; i < DROPS; i++) {
        if (i === WARM) before = { rss: meter.rss(), descriptors: meter.descriptors() }
        sshd?.dropConnections()
        await eventually(async () => !(await online()), 10_000)
        await eventually(online, 20_000)
      }
      const settled = () => meter.descriptors() <= before.descriptors + 3
      await eventually(settled, 20_000).catch(() => undefined)
      const after = { rss: meter.rss(), descriptors: meter.descriptors() }
      console.log(
        `E61: ${DROPS} drops: descriptors ${before.descriptors} → ${after.descriptors}, memory ${before.rss.toFixed(0)} → ${after.rss.toFixed(0)} MB`,
      )
      expect(after.descriptors).to.be.at.most(before.descriptors + 3)
      expect(after.rss).to.be.lessThan(before.rss + 50)
      expect((await meter.status()).agents.map((agent) => agent.pid)).to.deep.equal(pids)
      expect(orchestra.daemonLog('drops')).not.to.include('a bug:')
    })
  })
})
