/** Where a person's tmux server is in the way, or stands still. */
import { expect } from 'chai'
import { fixWorks, type Ground } from '../support/fix-works.js'
import { eventually } from '../support/eventually.js'
import { Orchestra } from '../support/orchestra.js'

const LAYOUT = `version: 1
session: fix
machines: { here: { kind: local } }
agents: { A: { type: command, machine: here, command: [cat] } }
`

describe('the commands that are printed about tmux', function () {
  this.timeout(120_000)
  let here: Orchestra
  let ground: Ground

  beforeEach(() => {
    here = new Orchestra()
    ground = { env: here.env, cwd: here.work }
    here.write('orchestra.yaml', LAYOUT)
  })
  afterEach(async () => {
    await here.run(['down'])
    await here.close()
  })

  fixWorks('tmux.rename', 'a session of a person has our name', async (follow) => {
    here.tmux('new-session', '-d', '-s', 'fix', 'sleep 1000')
    const { stderr } = await here.run(['up', '-d'])
    expect((await follow(stderr, ground, { fill: { NEW: 'theirs' } })).code).to.equal(0)
    await here.ok('up', '-d')
    expect(here.sessions()).to.include('theirs').and.include('fix')
  })

  fixWorks('tmux.rename', 'a session of a person has the name of our agents', async (follow) => {
    await here.ok('up', '-d', '--wait')
    const [name = ''] = here.sessions('orchestra-agents').filter((one) => !one.endsWith('-ctl'))
    await here.ok('down')
    const env = { ...here.env }
    here.agentsTmux('new-session', '-d', '-s', name, 'sleep 1000')
    await here.run(['up', '-d'])
    const printed = await eventually(async () => {
      const { stdout } = await here.run(['doctor'])
      expect(stdout).to.include('rename-session')
      return stdout
    }, 20_000)
    expect((await follow(printed, { env, cwd: here.work }, { fill: { NEW: 'theirs' } })).code).to.equal(0)
    await here.ok('up', '-d', '--wait')
  })

  fixWorks('tmux.window-size', 'their server would end at our first window', async (follow) => {
    here.tmux('new-session', '-d', '-s', 'theirs', 'sleep 1000')
    here.tmux('set', '-gw', 'window-size', 'manual')
    const { stderr, code } = await here.run(['up', '-d'])
    expect(code, stderr).to.not.equal(0)
    expect((await follow(stderr, ground)).code).to.equal(0)
    await here.ok('up', '-d', '--wait')
  })

  fixWorks('tmux.continue', "the view's server was stopped", async (follow) => {
    await here.ok('up', '-d', '--wait')
    const pid = here.tmux('display-message', '-p', '#{pid}').trim()
    process.kill(Number(pid), 'SIGSTOP')
    const { stderr } = await here.run(['up', '-d'])
    expect((await follow(stderr, ground, { fill: { PID: pid } })).code).to.equal(0)
    await here.ok('up', '-d')
  })

  fixWorks('tmux.list', "the agents' server was stopped", async (follow) => {
    await here.ok('up', '-d', '--wait')
    const pid = Number(here.agentsTmux('display-message', '-p', '#{pid}'))
    process.kill(pid, 'SIGSTOP')
    const printed = await eventually(async () => {
      const { stdout } = await here.run(['doctor', 'here'])
      expect(stdout).to.include(' ls`')
      return stdout
    }, 60_000)
    const looked = follow(printed, ground)
    const first = await Promise.race([looked, new Promise((done) => setTimeout(() => done('hangs'), 1000))])
    expect(first).to.equal('hangs')
    process.kill(pid, 'SIGCONT')
    expect((await looked).output).to.include('windows')
    await here.untilStatus(({ machines: [machine] }) => machine?.state === 'online', 60_000)
  })
})
