import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { LocalLink } from '../../../lib/exec/local-link.js'
import { ViewSession } from '../../../lib/tmux/view-session.js'
import { eventually } from '../../support/eventually.js'
import { HOSTILE_OPTIONS } from '../../support/hostile-options.js'
import { isAlive } from '../../support/processes.js'
import { type TmuxSandbox, withTmuxServer } from '../../support/tmux.js'
import { heldAgents, HELD_SIZE, HELD_VIEW, heldOptions } from '../../support/view-holder.js'
import { openTerminal } from './view-terminal.js'

const HOLDER = fileURLToPath(new URL('../../support/view-holder.ts', import.meta.url))

describe('a person’s own tmux server with', () => {
  for (const { what, before = [], after = [], isWatched = false } of HOSTILE_OPTIONS)
    it(`${what} outlives the kill of a daemon, with all that is the person's and ours`, () =>
      withTmuxServer(async (sandbox) => {
        sandbox.run('-f', '/dev/null', 'new-session', '-d', '-s', 'mine', '-n', 'own', 'sleep', '900')
        sandbox.run('set-option', '-t', '=mine:', 'destroy-unattached', 'off')
        if (isWatched)
          openTerminal(sandbox, [
            'env',
            '-u',
            'TMUX',
            sandbox.tmux,
            '-L',
            sandbox.socket,
            'attach',
            '-t',
            '=mine',
          ])
        if (isWatched) await eventually(() => sandbox.run('list-clients', '-t', '=mine') !== '')
        for (const command of before) sandbox.run(...command)
        const server = sandbox.serverPid()
        const own = listed(sandbox, 'mine')

        const holder = await hold(sandbox)
        for (const command of after) sandbox.run(...command)
        const [view, agents] = [listed(sandbox, 'view'), listed(sandbox, 'orc-held-st1')]
        expect(view.map((row) => row.replace(/ [@%].*/, ''))).to.deep.equal(['1 One', '2 Two', '2 Two'])
        process.kill(holder, 'SIGKILL')
        await eventually(() => !isAlive(holder))

        expect(sandbox.serverPid()).to.equal(server)
        expect(listed(sandbox, 'mine')).to.deep.equal(own)
        expect(listed(sandbox, 'view')).to.deep.equal(view)
        expect(listed(sandbox, 'orc-held-st1')).to.deep.equal(agents)
        await expectBack(sandbox)
        expect(listed(sandbox, 'view')).to.deep.equal(view)
        expect(sandbox.serverPid()).to.equal(server)
      })).timeout(60_000)
})

describe('a server that would end at our first window', () => {
  it('is refused in words by the view and by the agents’ session, and lives on', function () {
    return withTmuxServer(async (sandbox) => {
      sandbox.run('-f', '/dev/null', 'new-session', '-d', '-s', 'mine', 'sleep', '900')
      // Later ones do not die of it.
      if (!/^3\.[2-6]/.test(sandbox.run('display-message', '-p', '#{version}'))) return this.skip()
      sandbox.run('set-option', '-gw', 'window-size', 'manual')
      const server = sandbox.serverPid()
      const link = new LocalLink({ env: sandbox.env })
      link.start()
      const socketPath = sandbox.run('display-message', '-p', '#{socket_path}').trim()
      for (const isProbablyNew of [true, false]) {
        const options = { ...heldOptions(link, sandbox.socket, sandbox.dir), socketPath, isProbablyNew }
        const refused = await ViewSession.open(options, HELD_SIZE, HELD_VIEW).catch((error: unknown) => error)
        expect(refused).to.include({ kind: 'refused' }).and.property('hint').to.contain('window-size manual')
      }
      const agents = heldAgents(link, sandbox.socket, sandbox.dir)
      expect(await agents.ensure().catch((error: unknown) => error)).to.include({ kind: 'refused' })
      expect(sandbox.serverPid()).to.equal(server)
      await link.stop()
    })
  })
})

/** Everything that an option could change: place, name, identity, size. */
function listed(sandbox: TmuxSandbox, session: string): string[] {
  const format = '#{window_index} #{window_name} #{window_id} #{pane_id} #{pane_width}x#{pane_height}'
  return sandbox.run('list-panes', '-s', '-t', `=${session}`, '-F', format).trim().split('\n')
}

function controlClients(sandbox: TmuxSandbox): number {
  const { stdout } = sandbox.tryRun('list-clients', '-F', '#{client_control_mode}')
  return stdout.split('\n').filter((line) => line === '1').length
}

/** Pid of the holder, once its sessions stand. */
function hold(sandbox: TmuxSandbox): Promise<number> {
  const child = spawn(process.execPath, ['--import', 'tsx', HOLDER, sandbox.socket, sandbox.dir], {
    env: { ...sandbox.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (text: Buffer) => (said += text.toString()))
  return new Promise((resolve, reject) => {
    child.stdout.once('data', () => resolve(child.pid ?? 0))
    child.once('exit', () => reject(new Error(`the holder ended: ${said}`)))
  })
}

/** The next daemon finds it, has nothing to make, and leaves it. */
async function expectBack(sandbox: TmuxSandbox): Promise<void> {
  const link = new LocalLink({ env: sandbox.env })
  link.start()
  const session = await ViewSession.open(heldOptions(link, sandbox.socket, sandbox.dir), HELD_SIZE, HELD_VIEW)
  const { created, changed } = await session.reconcile(HELD_VIEW)
  expect([...created, ...changed]).to.deep.equal([])
  const agents = heldAgents(link, sandbox.socket, sandbox.dir)
  expect((await agents.ensure()).session).to.equal('adopted')
  expect((await agents.list()).map(({ agent, dead }) => ({ agent, dead }))).to.deep.equal([
    { agent: 'A', dead: null },
  ])
  await agents.dispose(true)
  await session.close()
  await link.stop()
  // Those of the killed one are gone, too: with them a session that is left to the server would end.
  await eventually(() => expect(controlClients(sandbox)).to.equal(0))
}
