/** E12: what an init system does that ends a unit by its cgroup. Root on Linux with cgroup v2 only. */
import { expect } from 'chai'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../support/eventually.js'
import { isAlive } from '../support/processes.js'
import { withRunRig } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'

const ROOTS = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup']

describe('a cgroup with the daemon in it', function () {
  needsSshd(this)
  this.timeout(90_000)

  it('is killed: agents on other machines live, and those here whose tmux stood before', async function () {
    const root = ROOTS.find((dir) => existsSync(join(dir, 'cgroup.procs')))
    if (root === undefined || process.getuid?.() !== 0) return this.skip()
    const group = join(root, `orch-spec-${process.pid}`)
    mkdirSync(group)
    try {
      await withRunRig(1, async ({ orchestra, machines }) => {
        const layout = orchestra.write(
          'cgroup.yaml',
          `version: 1
session: cgroup
machines:
  here: { kind: local }
${machines}
agents:
  FAR: { type: command, machine: h1, command: [cat] }
  NEAR: { type: command, command: [cat] }
`,
        )
        await orchestra.ok('up', layout, '-d', '--wait')
        const pids = async () => (await orchestra.status()).agents.map((agent) => agent.pid)
        const before = await pids()
        const first = orchestra.daemonPid('cgroup') ?? 0
        process.kill(first, 'SIGTERM')
        await eventually(() => !isAlive(first))
        const prefix = ['sh', '-c', `echo $$ > ${group}/cgroup.procs; exec "$@"`, 'sh']
        const { code, stderr } = await orchestra.run(['up', layout, '-d', '--wait'], { prefix })
        expect(code, stderr).to.equal(0)
        const daemon = orchestra.daemonPid('cgroup') ?? 0
        const inside = readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n')
        expect(inside).to.include(String(daemon))
        writeFileSync(join(group, 'cgroup.kill'), '1')
        await eventually(() => !isAlive(daemon))
        for (const pid of before) expect(isAlive(pid ?? 0)).to.equal(true)
        await orchestra.ok('up', layout, '-d', '--wait')
        expect(await pids()).to.deep.equal(before)
        console.log(
          `E12: ${inside.filter(Boolean).length} processes killed with the daemon, both agents lived`,
        )
      })
    } finally {
      await eventually(() => {
        rmdirSync(group)
        return true
      }).catch(() => undefined)
    }
  })
})
