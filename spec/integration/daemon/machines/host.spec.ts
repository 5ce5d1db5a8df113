import { expect } from 'chai'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentId, SessionName } from '../../../../lib/core/ids.js'
import type { Machine } from '../../../../lib/core/layout/model.js'
import { LinkedHost } from '../../../../lib/daemon/machines/host.js'
import { LocalLink } from '../../../../lib/exec/local-link.js'
import { aloneOnServer } from '../../../../lib/tmux/alone-on-server.js'
import { eventually } from '../../../support/eventually.js'
import { isAlive } from '../../../support/processes.js'
import { withTmuxServer, type TmuxSandbox } from '../../../support/tmux.js'

const ROUND_TRIPS = 20

async function hostOn(tmux: TmuxSandbox, session: string): Promise<LinkedHost> {
  // Where the lock stands.
  process.env['TMUX_TMPDIR'] = tmux.env['TMUX_TMPDIR']
  const host = new LinkedHost({
    machine: { id: 'm', kind: 'local' } as Machine,
    link: new LocalLink({ home: tmux.home, env: tmux.env }),
    session: session as SessionName,
    storeId: 'S1',
    daemonGeneration: 1,
    socket: tmux.socket,
    oldSocket: null,
    stateDir: tmux.dir,
    now: () => 0,
  })
  host.start()
  await eventually(() => host.isReady)
  return host
}

describe('Host', () => {
  const own = process.env['TMUX_TMPDIR']
  afterEach(() => {
    if (own === undefined) delete process.env['TMUX_TMPDIR']
    else process.env['TMUX_TMPDIR'] = own
  })

  it('leaves its tmux while nobody else comes or goes there, and is gone then', () =>
    withTmuxServer(async (tmux) => {
      const host = await hostOn(tmux, 'leave')
      const clients = () => tmux.run('list-clients', '-F', '#{client_pid}').trim().split('\n').map(Number)
      const [client = 0, ...others] = clients()
      expect(others).to.deep.equal([])
      let stopped: Promise<readonly number[] | null> | undefined
      await aloneOnServer(tmux.socket, async () => {
        stopped = host.stop(true)
        for (let i = 0; i < ROUND_TRIPS; i++) await tmux.shell.run('true')
        expect(clients()).to.deep.equal([client])
      })
      expect(await stopped).to.equal(null)
      expect(isAlive(client)).to.equal(false)
    }))

  it('collects the exit record of an agent that an earlier version started, and no forged one', () =>
    withTmuxServer(async (tmux) => {
      const host = await hostOn(tmux, 'old')
      const agent = 'A-1' as AgentId
      const put = (dir: string, name: string, text: string) => {
        mkdirSync(dir, { recursive: true })
        writeFileSync(join(dir, name), text)
      }
      const exit = async () => (await host.readAgent(agent, 1, null)).exit
      put(join(host.agentDir(agent), 'gen.1'), 'exit.json', 'in its own directory')
      expect(await exit()).to.equal('in its own directory')
      put(join(host.startDir(agent), 'gen.1'), 'who', 's')
      expect(await exit()).to.equal(null)
      put(join(host.startDir(agent), 'gen.1'), 'exit.json', 'where it cannot write')
      expect(await exit()).to.equal('where it cannot write')
      await host.stop(false)
    }))
})
