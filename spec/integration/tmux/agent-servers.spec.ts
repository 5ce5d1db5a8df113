import { spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { expect } from 'chai'
import { parseSessionName } from '../../../lib/core/ids.js'
import { AgentServers } from '../../../lib/tmux/agent-servers.js'
import type { AgentSessionEvent } from '../../../lib/tmux/agent-session.js'
import { agent, agentSession } from '../../support/agent-session.js'
import { eventually } from '../../support/eventually.js'
import { isAlive } from '../../support/processes.js'
import { type TmuxSandbox, withTmuxServer } from '../../support/tmux.js'
import { attachArgv, openTerminal } from './view-terminal.js'

const OWN = 'orc-spec-agents'
const ECHO = ['sh', '-c', 'stty -echo; echo here; while read -r word; do echo "got $word"; done']

function servers(sandbox: TmuxSandbox): { servers: AgentServers; events: AgentSessionEvent[] } {
  const made = new AgentServers({
    link: sandbox.link,
    shell: sandbox.shell,
    tmux: sandbox.tmux,
    socket: OWN,
    oldSocket: sandbox.socket,
    alone: (_socket, work) => work(),
    session: parseSessionName('demo') ?? expect.fail(),
    storeId: 'S1',
    generation: '2',
    dir: `${sandbox.dir}/host-demo`,
  })
  const events: AgentSessionEvent[] = []
  made.on((event) => events.push(event))
  return { servers: made, events }
}

function onOwn(sandbox: TmuxSandbox, ...args: string[]): string {
  const { env, tmux } = sandbox
  return spawnSync(tmux, ['-u', '-L', OWN, ...args], { env, encoding: 'utf8' }).stdout
}

/** What an earlier version leaves: agents on the socket of the view. */
async function leaveOld(sandbox: TmuxSandbox, names: readonly string[]): Promise<number[]> {
  const { session } = agentSession(sandbox)
  await session.ensure()
  const pids: number[] = []
  for (const name of names)
    pids.push((await session.startWindow({ agent: agent(name), generation: '1', argv: ECHO })).pid)
  await session.dispose(true)
  return pids
}

describe('AgentServers', () => {
  it('keeps the agents of this machine on a server of their own, where no other session is', () =>
    withTmuxServer(async (sandbox) => {
      const { servers: here } = servers(sandbox)
      expect(await here.ensure()).to.include({ session: 'created', hasOld: false, reset: null })
      await here.startWindow({ agent: agent('A'), generation: '1', argv: ECHO })
      expect(sandbox.serverPid()).to.equal(undefined)
      expect(onOwn(sandbox, 'list-sessions', '-F', '#{session_name}')).to.equal(
        'orc-demo-S1\norc-demo-S1-ctl\n',
      )
      await here.dispose(false)
      expect(onOwn(sandbox, 'list-sessions')).to.equal('')
    }))

  it('watches, answers and ends agents that an earlier version left on the view’s server', () =>
    withTmuxServer(async (sandbox) => {
      const pids = await leaveOld(sandbox, ['A', 'B'])
      const { servers: here, events } = servers(sandbox)
      expect((await here.ensure()).reset).to.equal(null)
      const rows = await here.list()
      expect(rows.map(({ pid }) => pid)).to.deep.equal(pids)
      const [a, b] = rows
      if (a === undefined || b === undefined) return expect.fail('no rows')

      // The same number on both servers is two panes.
      const made = await here.startWindow({ agent: agent('C'), generation: '1', argv: ECHO })
      expect(new Set([...rows, made].map(({ pane }) => pane)).size).to.equal(3)
      expect(here.paneOf('A', 1, made.pane)).to.equal(a.pane)
      expect(here.paneOf('C', 1, made.pane)).to.equal(made.pane)
      const again = await here.startWindow({ agent: agent('A'), generation: '1', argv: ECHO })
      expect(again).to.include({ existed: true, pid: pids[0] })

      await here.sendKeys(a.pane, Buffer.from('old\r'))
      await here.sendKeys(made.pane, Buffer.from('new\r'))
      await here.paste(b.pane, 'pasted', { submit: Buffer.from('\r') })
      const text = async (pane: typeof a.pane) => (await here.capture([pane])).get(pane)?.text
      await eventually(async () => expect(await text(a.pane)).to.contain('got old'))
      await eventually(async () => expect(await text(made.pane)).to.contain('got new'))
      await eventually(async () => expect(await text(b.pane)).to.contain('got pasted'))
      const heard = (pane: string) =>
        events.flatMap((e) => (e.type === 'output' && e.pane === pane ? [e.data.toString()] : [])).join('')
      await eventually(() => expect(heard(a.pane)).to.contain('got old').and.not.contain('got new'))

      // As many as a second reader of the FIFO would surely take bytes of.
      const rings = Array.from({ length: 200 }, (_, n) => `${n % 2 === 0 ? 'A' : 'C'}-${n}`)
      appendFileSync(`${sandbox.dir}/host-demo/bell`, rings.map((name) => `R ${name}\n`).join(''))
      const rung = () => events.flatMap((e) => (e.type === 'ring' ? [e.agent] : []))
      await eventually(() => expect(rung()).to.deep.equal(rings))
      const kept = sandbox.run('list-panes', '-s', '-t', '=orc-demo-S1', '-F', '#{@orch_kind}')
      expect(kept.split('\n').filter(Boolean)).to.have.members(['agent', 'agent', 'keep'])

      // The next start of an agent is on the new server, and the last that goes takes the old session with it.
      expect(await here.startWindow({ agent: agent('A'), generation: '2', argv: ECHO })).to.include({
        existed: false,
      })
      expect(await here.stopWindow(a.window)).to.equal(true)
      await eventually(() => expect(isAlive(pids[0] ?? 0)).to.equal(false))
      expect(isAlive(pids[1] ?? 0)).to.equal(true)
      expect(await here.stopWindow(b.window)).to.equal(true)
      await eventually(async () => {
        await here.list()
        expect(sandbox.serverPid()).to.equal(undefined)
      })
      expect((await here.list()).map(({ agent: id }) => id)).to.have.members(['A', 'C'])
      await here.dispose(false)
    })).timeout(30_000)

  it('ends agents on both with dispose, and finds both again after a daemon that was killed', () =>
    withTmuxServer(async (sandbox) => {
      const pids = await leaveOld(sandbox, ['A'])
      const first = servers(sandbox).servers
      await first.ensure()
      const { pid } = await first.startWindow({ agent: agent('B'), generation: '1', argv: ECHO })
      await first.dispose(true)
      const { servers: here } = servers(sandbox)
      expect((await here.ensure()).reset).to.equal(null)
      expect((await here.list()).map((row) => row.pid)).to.have.members([...pids, pid])
      await here.dispose(false)
      await eventually(() => expect([...pids, pid].filter((one) => isAlive(one))).to.deep.equal([]))
      expect([sandbox.serverPid(), onOwn(sandbox, 'list-sessions')]).to.deep.equal([undefined, ''])
    }))

  it('says that all are gone when the old server ended while nobody looked', () =>
    withTmuxServer(async (sandbox) => {
      await leaveOld(sandbox, ['A'])
      sandbox.run('kill-server')
      const { servers: here } = servers(sandbox)
      expect((await here.ensure()).reset).to.equal('server')
      expect(await here.list()).to.deep.equal([])
      expect((await here.ensure()).reset).to.equal(null)
      await here.dispose(false)
    }))
})

describe('the agents’ session on a server where people are', () => {
  it('is left at once by whatever key leads there, and has a prefix and a status line', () =>
    withTmuxServer(async (sandbox) => {
      sandbox.run('-f', '/dev/null', 'new-session', '-d', '-s', 'mine', '-x', '100', '-y', '30', 'cat')
      // A message stays until the next key.
      sandbox.run('set-option', '-g', 'display-time', '0')
      const { session } = agentSession(sandbox)
      await session.ensure()
      await session.startWindow({ agent: agent('A'), generation: '1', argv: ['cat'] })
      const terminal = openTerminal(sandbox, attachArgv(sandbox, 'mine'))
      const at = () =>
        sandbox
          .run('list-clients', '-F', '#{client_control_mode} #{session_name}')
          .split('\n')
          .filter((line) => line.startsWith('0'))
          .join()
      await eventually(() => expect(at()).to.equal('0 mine'))
      const ways = [['C-b', ')'], ['C-b', '('], ['C-b', 's', 'G', 'Enter'], ['C-b', 'w', 'G', 'Enter'], ['C-b', 'L']] // prettier-ignore
      for (const keys of ways) {
        for (const key of keys) terminal.keys(key)
        // What brings the client back also takes a message off its screen: it is asked for again then.
        const said = `done ${keys.join('')}`
        for (let tries = 0; tries < 5 && !terminal.screen().includes(said); tries++) {
          terminal.keys('C-b', ':')
          terminal.type(`display-message "${said}"\r`)
          await eventually(() => expect(terminal.screen()).to.contain(said), 5000).catch(() => undefined)
        }
        expect(terminal.screen()).to.contain(said)
        expect(at(), keys.join(' ')).to.equal('0 mine')
      }
      for (const name of ['orc-demo-S1', 'orc-demo-S1-ctl']) {
        sandbox.run('switch-client', '-c', clientOf(sandbox), '-t', `=${name}`)
        await eventually(() => expect(at(), name).to.equal('0 mine'))
      }
      // One who attaches to it on purpose sees where they are, and can go.
      terminal.keys('C-b', 'd')
      await eventually(() => expect(at()).to.equal(''))
      const second = openTerminal(sandbox, attachArgv(sandbox, 'orc-demo-S1'), undefined, 'second')
      await eventually(() => expect(second.screen()).to.match(/agents of orchestra.*C-b d leaves/))
      second.keys('C-b', 'd')
      await eventually(() => expect(at()).to.equal(''))
      await session.dispose(false)
    })).timeout(30_000)

  it('has its name again after a person gave it another one', () =>
    withTmuxServer(async (sandbox) => {
      const { session } = agentSession(sandbox)
      await session.ensure()
      for (const name of ['orc-demo-S1', 'orc-demo-S1-ctl'])
        sandbox.run('rename-session', '-t', `=${name}`, `my ${name}`)
      await eventually(() =>
        expect(sandbox.run('list-sessions', '-F', '#{session_name}')).to.equal(
          'orc-demo-S1\norc-demo-S1-ctl\n',
        ),
      )
      expect(await session.list()).to.deep.equal([])
      await session.dispose(false)
      await eventually(() => expect(sandbox.serverPid()).to.equal(undefined))
    }))

  it('has a bell that draws nothing', () =>
    withTmuxServer(async (sandbox) => {
      const { session, events } = agentSession(sandbox)
      const { bell } = await session.ensure()
      const fifo = `${sandbox.dir}/host-demo/bell`
      appendFileSync(fifo, 'R CG-7\nR CG-8\nR \u001b[31mred\nnoise\n')
      await eventually(() =>
        expect(events.flatMap((e) => (e.type === 'ring' ? [e.agent] : []))).to.deep.equal(['CG-7', 'CG-8']),
      )
      appendFileSync(fifo, 'R LAST\n')
      await eventually(() =>
        expect(events.some((e) => e.type === 'ring' && e.agent === 'LAST')).to.equal(true),
      )
      expect(sandbox.run('capture-pane', '-p', '-t', bell ?? '').trim()).to.equal('')
      await session.dispose(false)
    }))
})

function clientOf(sandbox: TmuxSandbox): string {
  const rows = sandbox.run('list-clients', '-F', '#{client_control_mode} #{client_name}').split('\n')
  return rows.find((row) => row.startsWith('0 '))?.slice(2) ?? ''
}
