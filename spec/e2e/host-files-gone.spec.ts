/** Our files on a host are damaged (power lost, disk full) or swept away: the next start makes them good, and no secret stays. */
import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../support/eventually.js'
import { withRunRig } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'

const SECRET = 'canary-7f3a9c'

describe('the files of orchestra on a host', function () {
  needsSshd(this)
  this.timeout(120_000)

  it('are made good by the next start when they are damaged or gone, also after a new daemon', () =>
    withRunRig(1, async ({ orchestra, sshds, machines }) => {
      const layout = orchestra.write(
        'gone.yaml',
        `version: 1
session: gone
machines:
${machines}
agents:
  A-1: { type: demo, machine: h1, role: a, env: { DEPLOY_KEY: ${SECRET} } }
`,
      )
      await orchestra.ok('up', layout, '-d', '--wait', '--run')
      const hosts = join(sshds[0]?.home ?? '', '.local/state/orchestra/hosts')
      const root = join(hosts, readdirSync(hosts)[0] ?? '')
      const launcher = join(root, 'bin/launch')
      const generation = async () => (await orchestra.status()).agents[0]?.generation ?? 0
      const restarts = async (what: string) => {
        const before = await generation()
        await orchestra.ok('restart', 'A-1')
        await orchestra.untilStatus(({ agents: [agent] }) => {
          expect(`${agent?.state} ${agent?.reason}`, what).to.equal('idle null')
          expect(agent?.generation, what).to.be.greaterThan(before)
        })
        const found = spawnSync('grep', ['-rlsD', 'skip', SECRET, root], { encoding: 'utf8' })
        expect(found.stdout, what).to.equal('')
      }
      const damages: Readonly<Record<string, () => void>> = {
        'an empty launcher': () => truncateSync(launcher, 0),
        'a launcher of zeros': () => writeFileSync(launcher, Buffer.alloc(statSync(launcher).size)),
        'a report program that is gone': () => rmSync(join(root, 'bin/orchestra-report')),
        'no bin/': () => rmSync(join(root, 'bin'), { recursive: true }),
        'a swept directory': () => rmSync(root, { recursive: true }),
      }
      for (const [what, damage] of Object.entries(damages)) {
        damage()
        await restarts(what)
      }
      // The bell is new, too: a report is heard as it comes.
      await orchestra.ok('submit', 'work', '--role', 'a', '--prompt', 'x', '--estimate', '1s')
      await orchestra.ok('run')
      await orchestra.untilStatus(({ tasks }) => tasks.at(-1)?.status === 'COMPLETED')
      process.kill(orchestra.daemonPid('gone') ?? 0, 'SIGKILL')
      damages['an empty launcher']?.()
      await eventually(() => orchestra.ok('up', layout, '-d', '--wait'))
      await restarts('an empty launcher, and a new daemon')
      await orchestra.ok('down')
      expect(spawnSync('grep', ['-rlsD', 'skip', SECRET, root], { encoding: 'utf8' }).stdout).to.equal('')
    }))
})
