import { join } from 'node:path'
import { expect } from 'chai'
import type { AgentId } from '../../../lib/core/ids.js'
import { MIRROR_ARGV } from '../../../lib/tmux/mirror-pane.js'
import type { DesiredWindow } from '../../../lib/tmux/protocol/view-model.js'
import { planAttach } from '../../../lib/core/view/attach-plan.js'
import { ViewSession } from '../../../lib/tmux/view-session.js'
import { type TmuxSandbox, withTmuxServer } from '../../support/tmux.js'
import { eventually } from '../../support/eventually.js'
import { attachArgv, openTerminal } from './view-terminal.js'

const window = (name: string): DesiredWindow => ({
  name,
  layout: null,
  focus: false,
  panes: [
    {
      slot: name,
      argv: MIRROR_ARGV,
      cwd: null,
      env: {},
      agent: name as AgentId,
      label: `label of ${name}`,
      size: null,
      focus: false,
    },
  ],
})

async function withView(use: (sandbox: TmuxSandbox, view: ViewSession) => Promise<void>): Promise<void> {
  await withTmuxServer(async (sandbox) => {
    const view = await ViewSession.open(
      {
        link: sandbox.link,
        address: { tmux: sandbox.tmux, socket: sandbox.socket },
        session: 'view',
        storeId: 'st1',
        configPath: join(sandbox.dir, 'view.conf'),
        keys: 'own',
        home: sandbox.home,
      },
      { cols: 120, rows: 40 },
    )
    try {
      const windows = Array.from({ length: 11 }, (_, i) => window(`W${i + 1}`))
      await view.reconcile({ windows, monitorWindow: 'W11', mainWindow: 'W1' })
      await use(sandbox, view)
    } finally {
      await view.close()
    }
  })
}

const current = (sandbox: TmuxSandbox): string =>
  sandbox
    .run('display-message', '-p', '-t', '=view:', '#{window_name} #{window_width}x#{window_height}')
    .trim()

describe('attaching to the view', () => {
  it('gives the windows the size of the terminal, and tells', () =>
    withView(async (sandbox, view) => {
      const heard: number[] = []
      view.onClients((clients) => heard.push(clients.filter((c) => !c.isReadOnly).length))
      openTerminal(sandbox, attachArgv(sandbox, 'view'), { cols: 100, rows: 30 })
      await eventually(() => expect(current(sandbox)).to.equal('W1 100x29'))
      await eventually(() => expect(heard.at(-1)).to.equal(1))
      await eventually(() => expect(view.panes.get('W1')).to.include({ cols: 100, rows: 28 }))
      const [client] = await view.clients()
      expect(client).to.include({ cols: 100, rows: 30, isReadOnly: false })
      sandbox.run('detach-client', '-s', '=view')
      // Our own control client is detached with it: the daemon opens the view again.
      await view.closed
    }))

  it('reads only, and resizes nothing, with -r', () =>
    withView(async (sandbox, view) => {
      const { argv } = planAttach({
        tmux: sandbox.tmux,
        socket: sandbox.socket,
        session: 'view',
        readOnly: true,
        socketPath: '/nowhere',
      })
      const terminal = openTerminal(sandbox, ['env', '-u', 'TMUX', ...argv], { cols: 50, rows: 15 })
      await eventually(async () => expect((await view.clients())[0]).to.include({ isReadOnly: true }))
      expect(current(sandbox)).to.equal('W1 120x40')
      terminal.keys('C-b', 'x', 'y')
      await eventually(() => expect(terminal.screen()).to.contain('label of W1'))
      expect(sandbox.run('list-windows', '-t', '=view').trim().split('\n')).to.have.length(11)
      // Somebody who can type comes, and goes again.
      const owner = openTerminal(sandbox, attachArgv(sandbox, 'view'), { cols: 90, rows: 25 }, 'owner')
      await eventually(() => expect(current(sandbox)).to.equal('W1 90x24'))
      // What nobody had time to hear of is not kept.
      await eventually(() => expect(view.panes.get('W1')).to.include({ cols: 90 }))
      owner.keys('C-b', 'd')
      await eventually(async () => expect(await view.clients()).to.have.length(1))
      terminal.resize(60, 20)
      await eventually(async () => expect((await view.clients())[0]).to.include({ cols: 60 }))
      // Between the owner's leaving and our hearing of it the reader's size may count for a moment.
      await eventually(() => expect(current(sandbox)).to.equal('W1 90x24'))
    }))

  it('has keys for the monitor, the orchestrator and what needs a person', () =>
    withView(async (sandbox, view) => {
      const terminal = openTerminal(sandbox, attachArgv(sandbox, 'view'), { cols: 100, rows: 30 })
      await eventually(() => expect(current(sandbox)).to.equal('W1 100x29'))
      terminal.keys('C-b', 'm')
      await eventually(() => expect(current(sandbox)).to.match(/^W11 /))
      terminal.keys('C-b', 'o')
      await eventually(() => expect(current(sandbox)).to.match(/^W1 /))
      terminal.keys('C-b', '0')
      await eventually(() => expect(current(sandbox)).to.match(/^W10 /))
      terminal.keys('C-b', 'a')
      await eventually(() => expect(terminal.screen()).to.contain('Nothing needs you'))
      // A gate has no pane: its row stands in the monitor, and tmux says what to type.
      await view.setWaiting(null, 'deploy gate: orchestra approve deploy')
      terminal.keys('C-b', 'a')
      await eventually(() => expect(current(sandbox)).to.match(/^W11 /))
      expect(terminal.screen()).to.contain('orchestra approve deploy')
      // The monitor there is told to show that row; a shell that a person has split off beside it is sent nothing.
      const f12 = ['cat', '-v']
      sandbox.run('respawn-pane', '-k', '-t', '=view:11', ...f12)
      await eventually(() => expect(sandbox.run('display-message', '-p', '-t', '=view:11', '#{pane_current_command}')).to.match(/^cat/)) // prettier-ignore
      terminal.keys('C-b', 'a')
      await eventually(() =>
        expect(sandbox.run('capture-pane', '-p', '-t', '=view:11')).to.match(/\^\[\[24~/),
      )
      sandbox.run('split-window', '-t', '=view:11', ...f12)
      await view.setWaiting(null, 'deploy gate: said again')
      terminal.keys('C-b', '1')
      await eventually(() => expect(current(sandbox)).to.match(/^W1 /))
      terminal.keys('C-b', 'a')
      await eventually(() => expect(terminal.screen()).to.contain('said again'))
      expect(sandbox.run('capture-pane', '-p', '-t', '=view:11')).to.not.contain('24~')
      await view.setWaiting(view.panes.get('W5')?.paneId ?? null)
      terminal.keys('C-b', 'a')
      await eventually(() => expect(current(sandbox)).to.match(/^W5 /))
    }))

  it('takes no paste into a pane that shows the last words of a failed command: tmux 3.3a would die', () =>
    withView(async (sandbox) => {
      sandbox.run('set-buffer', 'pasted')
      sandbox.run('new-window', '-t', '=view:50', 'sh', '-c', 'read x; exit 3')
      sandbox.run('set-option', '-w', '-t', '=view:50', 'remain-on-exit', 'on')
      const terminal = openTerminal(sandbox, attachArgv(sandbox, 'view'), { cols: 100, rows: 30 })
      await eventually(() => expect(current(sandbox)).to.match(/ 100x29$/))
      sandbox.run('select-window', '-t', '=view:50')
      terminal.keys('C-b', ']')
      await eventually(() => expect(terminal.screen()).to.contain('pasted'))
      terminal.keys('Enter')
      const isDead = () => sandbox.run('display-message', '-p', '-t', '=view:50', '#{pane_dead}').trim()
      await eventually(() => expect(isDead()).to.equal('1'))
      terminal.keys('C-b', ']')
      await eventually(() => expect(terminal.screen()).to.contain('Nothing reads in this pane'))
      terminal.keys('C-b', '=')
      await eventually(() => expect(terminal.screen()).to.contain('(0) buffer'))
      terminal.keys('Enter')
      await eventually(() => expect(terminal.screen()).to.not.contain('(0) buffer'))
      // A middle click.
      terminal.type('\x1b[<1;10;10M')
      // The key is read behind the click; on a busy machine the list may still have taken the first one.
      await eventually(() => {
        terminal.keys('C-b', 'o')
        expect(current(sandbox)).to.equal('W1 100x29')
      })
    }))

  it('shows label, state and a lost link in the border, and the status at the bottom', () =>
    withView(async (sandbox, view) => {
      const terminal = openTerminal(sandbox, attachArgv(sandbox, 'view'), { cols: 100, rows: 30 })
      const pane = view.panes.get('W1')?.paneId
      if (pane === undefined) throw new Error('no pane')
      await view.setPaneStatus(pane, { state: 'working', link: 'away' })
      await view.setSessionStatus('9/15 done, 1 waits')
      await eventually(() => {
        const lines = terminal.screen().split('\n')
        expect(lines[0]).to.contain('label of W1 · working').and.contain('link away')
        expect(lines.at(-2)).to.contain('9/15 done, 1 waits')
      })
      await view.setPaneStatus(pane, { link: '' })
      await eventually(() => expect(terminal.screen().split('\n')[0]).to.not.contain('link'))
      await view.message('50% done #{pid}')
      await eventually(() => expect(terminal.screen()).to.contain('50% done #{pid}'))
    }))
})
