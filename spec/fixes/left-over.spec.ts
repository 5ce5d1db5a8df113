/** What lives on where nothing may. */
import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { userInfo } from 'node:os'
import { eventually } from '../support/eventually.js'
import { fixWorks } from '../support/fix-works.js'
import { withOrchestra } from '../support/orchestra.js'
import { isAlive, processesNaming } from '../support/processes.js'

const layoutOf = (command: string) => `version: 1
session: fix
machines: { here: { kind: local } }
agents: { A: { type: command, machine: here, command: [sh, ${command}] } }
`

describe('the commands that are printed about what lives on', function () {
  this.timeout(120_000)

  fixWorks('process.look', "an earlier start left a process of another user's", function (follow) {
    // The program is root's in neither case: only another user's process may not be signalled by us.
    if (userInfo().uid !== 0) return Promise.resolve(this.skip())
    return withOrchestra(async (here) => {
      const mark = `${here.dir}/left-over`
      const leaves = `setpriv --reuid=65534 --clear-groups setsid bash -c 'exec -a "${mark}" sleep 900'`
      const script = here.write(
        'leaves.sh',
        `[ -e '${mark}' ] || { : >'${mark}'; ${leaves} </dev/null >/dev/null 2>&1 & }\nexec cat\n`,
      )
      chmodSync(here.dir, 0o755)
      here.write('orchestra.yaml', layoutOf(script))
      await here.ok('up', '-d', '--wait')
      const [left] = await eventually(() => {
        const found = processesNaming(mark).filter(({ args }) => args.startsWith(mark))
        expect(found).to.have.length(1)
        return found
      })
      await here.run(['restart', 'A'])
      const printed = await eventually(async () => {
        const { stdout } = await here.run(['status', '--json'])
        expect(
          stdout,
          (await here.run(['agents'])).stdout + (await here.run(['events'])).stdout + stdout,
        ).to.include('ps -fp')
        return (JSON.parse(stdout) as { agents: { reason: string | null }[] }).agents[0]?.reason ?? ''
      }, 30_000)
      const { output } = await follow(printed, { env: here.env, cwd: here.work })
      expect(output).to.include(String(left?.pid))
      process.kill(left?.pid ?? 0, 'SIGKILL')
      await eventually(() => !isAlive(left?.pid ?? 0))
      await here.ok('restart', 'A')
      await here.untilStatus(({ agents: [agent] }) => isAlive(agent?.pid ?? 0))
      await here.ok('down')
    })
  })

  fixWorks('host.linger', 'logind would end the agents at logout', function (follow) {
    const logind = spawnSync('loginctl', ['list-users'], { encoding: 'utf8' })
    if (logind.status !== 0) {
      console.log('SKIPPED, NOT TESTED: host.linger: no logind runs here')
      return Promise.resolve(this.skip())
    }
    return withOrchestra(async (here) => {
      const linger = () =>
        spawnSync('loginctl', ['show-user', userInfo().username, '-p', 'Linger'], { encoding: 'utf8' }).stdout
      const before = linger()
      here.write('orchestra.yaml', layoutOf(here.write('cat.sh', 'exec cat\n')))
      await here.ok('up', '-d')
      const { stdout } = await here.run(['doctor'])
      if (!stdout.includes('enable-linger')) return this.skip()
      await follow(stdout, { env: here.env, cwd: here.work })
      expect(linger()).to.include('Linger=yes')
      expect((await here.run(['doctor'])).stdout).to.not.include('enable-linger')
      if (!before.includes('yes')) spawnSync('loginctl', ['disable-linger'])
      await here.ok('down')
    })
  })
})
