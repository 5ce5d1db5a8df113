import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { OrchestraError } from '../../../lib/core/errors.js'
import { MIRROR_ARGV } from '../../../lib/tmux/mirror-pane.js'
import type { DesiredPane, DesiredWindow, ViewDesired } from '../../../lib/tmux/protocol/view-model.js'
import { ViewSession } from '../../../lib/tmux/view-session.js'
import type { ViewSessionOptions } from '../../../lib/tmux/opened-view.js'
import { type TmuxSandbox, withTmuxServer } from '../../support/tmux.js'
import { eventually } from '../../support/eventually.js'
import { attachArgv, openTerminal } from './view-terminal.js'

const pane = (window: string, agent: string, more: Partial<DesiredPane> = {}): DesiredPane => ({
  slot: `${window}/agent:${agent}`,
  argv: MIRROR_ARGV,
  cwd: null,
  env: {},
  agent: agent as NonNullable<DesiredPane['agent']>,
  label: agent,
  size: null,
  focus: false,
  ...more,
})
const window = (
  name: string,
  agents: readonly string[],
  more: Partial<DesiredWindow> = {},
): DesiredWindow => ({
  name,
  layout: null,
  panes: agents.map((agent) => pane(name, agent)),
  focus: false,
  ...more,
})
const view = (windows: readonly DesiredWindow[]): ViewDesired => ({
  windows,
  monitorWindow: null,
  mainWindow: windows[0]?.name ?? null,
})
const NAMES = Array.from({ length: 11 }, (_, i) => `W${i + 1}`)
const eleven = view(NAMES.map((name) => window(name, [`A-${name}`])))
const SIZE = { cols: 200, rows: 50 }

const optionsOf = (sandbox: TmuxSandbox, more: Partial<ViewSessionOptions> = {}): ViewSessionOptions => ({
  link: sandbox.link,
  address: { tmux: sandbox.tmux, socket: sandbox.socket },
  session: 'view',
  storeId: 'st1',
  configPath: join(sandbox.dir, 'view.conf'),
  keys: 'own',
  home: sandbox.home,
  ...more,
})

const listed = (sandbox: TmuxSandbox): string[] =>
  sandbox.run('list-windows', '-t', '=view', '-F', '#{window_index} #{window_name}').trim().split('\n')
const ids = (sandbox: TmuxSandbox): string =>
  sandbox.run(
    'list-panes',
    '-s',
    '-t',
    '=view',
    '-F',
    '#{window_index} #{window_id} #{pane_index} #{pane_id}',
  )

async function withView(
  use: (sandbox: TmuxSandbox, session: ViewSession) => Promise<void>,
  more: Partial<ViewSessionOptions> = {},
): Promise<void> {
  await withTmuxServer(async (sandbox) => {
    const session = await ViewSession.open(optionsOf(sandbox, more), SIZE)
    try {
      await use(sandbox, session)
    } finally {
      await session.close()
    }
  })
}

describe('ViewSession', () => {
  it('builds eleven windows in order, numbered from 1, and a second time changes nothing', () =>
    withView(async (sandbox, session) => {
      const first = await session.reconcile(eleven)
      expect(listed(sandbox)).to.deep.equal(NAMES.map((name, i) => `${i + 1} ${name}`))
      expect(first.created).to.have.length(11)
      expect([...first.panes.keys()]).to.deep.equal(NAMES.map((name) => `${name}/agent:A-${name}`))
      expect(first.panes.get('W3/agent:A-W3')).to.include({ windowIndex: 3, cols: 200 })
      expect(first.panes.get('W3/agent:A-W3')?.tty).to.match(/^\/dev\/pts\/\d+$/)
      const before = ids(sandbox)
      const second = await session.reconcile(eleven)
      expect(second).to.deep.include({ created: [], changed: [] })
      expect(second.left).to.have.length(11)
      expect((await session.plan(eleven)).steps).to.deep.equal([])
      expect(ids(sandbox)).to.equal(before)
      expect(sandbox.run('display-message', '-p', '-t', '=view:', '#{window_index}')).to.equal('1\n')
      expect(sandbox.run('show-options', '-g', 'base-index')).to.contain('1')
    }))

  it('is born with its windows, laid out and of the size that was asked for', () =>
    withTmuxServer(async (sandbox) => {
      const windows = [
        window('A', ['1']),
        window('B', ['2', '3', '4'], { layout: 'main-vertical', focus: true }),
        { ...window('C', []), panes: [pane('C', '5', { size: 70 }), pane('C', '6')] },
      ]
      const desired = { windows, monitorWindow: 'C', mainWindow: 'A' }
      const session = await ViewSession.open(optionsOf(sandbox), SIZE, desired)
      const result = await session.reconcile(desired)
      expect(result.created).to.have.length(3)
      expect(result.changed).to.deep.equal([])
      expect(listed(sandbox)).to.deep.equal(['1 A', '2 B', '3 C'])
      expect(sandbox.run('display-message', '-p', '-t', '=view:', '#{window_index}')).to.equal('2\n')
      expect(result.panes.get('A/agent:1')).to.include({ windowIndex: 1, cols: 200, rows: 49 })
      expect(result.panes.get('B/agent:2')?.cols).to.be.within(119, 121)
      expect(result.panes.get('C/agent:5')?.rows).to.be.within(33, 35)
      const before = ids(sandbox)
      expect((await session.plan(desired)).steps).to.deep.equal([])
      expect((await session.reconcile(desired)).created).to.deep.equal([])
      expect(ids(sandbox)).to.equal(before)
      await session.close()
    }))

  it('makes again what was closed after a plan that had nothing to do', () =>
    withView(async (sandbox, session) => {
      const heard = new Promise<void>((resolve) => session.onPanes((panes) => panes.size === 10 && resolve()))
      await session.reconcile(eleven)
      expect((await session.plan(eleven)).steps).to.deep.equal([])
      sandbox.run('kill-window', '-t', '=view:W3')
      await heard
      expect((await session.reconcile(eleven)).created).to.deep.equal(['create window 3 W3 (A-W3)'])
    }))

  it('is taken as it is when it was there after all', () =>
    withView(async (sandbox, session) => {
      await session.reconcile(eleven)
      const before = ids(sandbox)
      const again = await ViewSession.open(optionsOf(sandbox, { isProbablyNew: true }), SIZE, eleven)
      const result = await again.reconcile(eleven)
      expect(result).to.deep.include({ created: [], changed: [] })
      expect(ids(sandbox)).to.equal(before)
      await again.close()
      const other = { isProbablyNew: true, storeId: 'st2' }
      const second = await ViewSession.open(optionsOf(sandbox, other), SIZE, view([window('B', ['1'])]))
      expect(second.name).to.equal('view-st2')
      expect(ids(sandbox)).to.equal(before)
      await second.close()
    }))

  it('looks at a session of somebody else’s again and again, and tmux lives', () =>
    withView(async (sandbox, session) => {
      const before = sandbox.serverPid()
      const other = optionsOf(sandbox, { storeId: 'st2' })
      for (let times = 0; times < 60; times++) expect(await ViewSession.find(other)).to.equal(null)
      expect(sandbox.serverPid()).to.equal(before)
      expect((await session.reconcile(view([window('A', ['1'])]))).created).to.have.length(1)
    }))

  it('lays a window out again when a pane came back into its place', () =>
    withView(async (sandbox, session) => {
      const shares = view([
        {
          ...window('W', [], { layout: 'even-horizontal' }),
          panes: [pane('W', 'a', { size: 70 }), pane('W', 'b')],
        },
      ])
      const first = await session.reconcile(shares)
      sandbox.run('kill-pane', '-t', first.panes.get('W/agent:b')?.paneId ?? '')
      const second = await session.reconcile(shares)
      expect(second.panes.get('W/agent:a')?.cols).to.be.within(138, 140)
      expect(second.panes.get('W/agent:b')?.cols).to.be.within(59, 61)
    }))

  it('is found again by another daemon with the same stamp', () =>
    withView(async (sandbox, session) => {
      await session.reconcile(eleven)
      await session.close()
      expect(sandbox.run('list-clients')).to.equal('')
      const before = ids(sandbox)
      const again = await ViewSession.find(optionsOf(sandbox))
      const result = await again?.reconcile(eleven)
      expect(result?.created).to.deep.equal([])
      expect(result?.panes.size).to.equal(11)
      expect(ids(sandbox)).to.equal(before)
      await again?.close()
    }))

  it('brings a closed window back at its number', () =>
    withView(async (sandbox, session) => {
      await session.reconcile(eleven)
      sandbox.run('kill-window', '-t', '=view:4')
      const result = await session.reconcile(eleven)
      expect(result.created).to.deep.equal(['create window 4 W4 (A-W4)'])
      expect(listed(sandbox)).to.deep.equal(NAMES.map((name, i) => `${i + 1} ${name}`))
    }))

  it('never touches a window or pane that a person made', () =>
    withView(async (sandbox, session) => {
      await session.reconcile(eleven)
      sandbox.run('kill-window', '-t', '=view:4')
      // tmux gives the free number to the person's window.
      sandbox.run('new-window', '-d', '-t', '=view:', '-n', 'mine', 'sleep', '1000')
      sandbox.run('split-window', '-d', '-t', '=view:2', 'sleep', '1000')
      await session.reconcile(eleven)
      expect(listed(sandbox)).to.include('4 mine').and.include('12 W4')
      expect(sandbox.run('list-panes', '-t', '=view:2').trim().split('\n')).to.have.length(2)
      expect((await session.reconcile(eleven)).created).to.deep.equal([])
      // Window 2 leaves the layout: ours goes, theirs stays.
      const without = view(eleven.windows.filter((w) => w.name !== 'W2'))
      await session.reconcile(without)
      expect(
        sandbox.run('list-panes', '-s', '-t', '=view', '-F', '#{pane_start_command}').match(/sleep 1000/g),
      ).to.have.length(2)
      sandbox.run('kill-window', '-t', '=view:mine')
      await session.reconcile(eleven)
      expect(listed(sandbox).filter((line) => line.endsWith('W4'))).to.deep.equal(['4 W4'])
    }))

  it('changes only the difference after an edit', () =>
    withView(async (sandbox, session) => {
      const first = await session.reconcile(
        view([window('A', ['1']), window('B', ['2', '3']), window('C', ['4'])]),
      )
      const edited = view([
        window('New', ['9']),
        window('B', ['3', '2', '5'], { layout: 'even-horizontal' }),
        window('A', ['1']),
      ])
      const result = await session.reconcile(edited)
      expect(listed(sandbox)).to.deep.equal(['1 New', '2 B', '3 A'])
      for (const slot of ['A/agent:1', 'B/agent:2', 'B/agent:3']) {
        expect(result.panes.get(slot)?.paneId, slot).to.equal(first.panes.get(slot)?.paneId)
      }
      const order = sandbox
        .run('list-panes', '-t', '=view:2', '-F', '#{@orch_agent} #{pane_top}')
        .trim()
        .split('\n')
      expect(order).to.deep.equal(['3 1', '2 1', '5 1'])
      expect(result.left).to.have.members(['A/agent:1', 'B/agent:2', 'B/agent:3'])
      expect((await session.plan(edited)).steps).to.deep.equal([])
    }))

  it('survives that every window is replaced', () =>
    withView(async (sandbox, session) => {
      await session.reconcile(view([window('A', ['1'])]))
      await session.reconcile(view([window('B', ['2'])]))
      expect(listed(sandbox)).to.deep.equal(['1 B'])
    }))

  it('puts six and twenty panes into one window of 80x24', () =>
    withTmuxServer(async (sandbox) => {
      const session = await ViewSession.open(optionsOf(sandbox), { cols: 80, rows: 24 })
      const many = (count: number) =>
        view([
          window(
            'Many',
            Array.from({ length: count }, (_, i) => `a${i}`),
          ),
        ])
      expect((await session.reconcile(many(6))).panes.size).to.equal(6)
      expect((await session.reconcile(many(20))).panes.size).to.equal(20)
      expect((await session.plan(many(20))).steps).to.deep.equal([])
      await session.close()
    }))

  it('gives panes their shares, also after the window changed its size', () =>
    withView(async (sandbox, session) => {
      const shares = view([
        {
          ...window('Shares', [], { layout: 'even-horizontal' }),
          panes: [pane('Shares', 'a', { size: 70 }), pane('Shares', 'b')],
        },
        { ...window('Main', ['x', 'y', 'z'], { layout: 'main-vertical' }) },
      ])
      const first = await session.reconcile(shares)
      expect(first.panes.get('Shares/agent:a')?.cols).to.be.within(138, 140)
      expect(first.panes.get('Main/agent:x')?.cols).to.be.within(119, 121)
      for (const name of ['Shares', 'Main'])
        sandbox.run('resize-window', '-t', `=view:${name}`, '-x', '100', '-y', '30')
      await eventually(() => {
        expect(session.panes.get('Shares/agent:a')?.cols).to.be.within(68, 71)
        expect(session.panes.get('Main/agent:x')?.cols).to.be.within(59, 61)
        expect(session.panes.get('Main/agent:z')?.cols).to.be.within(38, 41)
      })
    }))

  it('takes a layout string in any size, and gives tmux no layout that it does not know', () =>
    withView(async (sandbox, session) => {
      const layout = 'd67e,80x24,0,0{40x24,0,0,0,39x24,41,0[39x12,41,0,1,39x11,41,13,2]}'
      const result = await session.reconcile(
        view([window('Custom', ['a', 'b', 'c'], { layout }), window('Odd', ['d', 'e'], { layout: 'tilde' })]),
      )
      expect(result.panes.get('Custom/agent:a')).to.include({ cols: 101, rows: 49 })
      expect(result.panes.size).to.equal(5)
      expect(sandbox.serverPid()).to.be.a('number')
    }))

  it('runs nothing that stands in a label, a state, a status, a message or a directory', () =>
    withView(async (sandbox, session) => {
      const evil = `#(touch ${sandbox.dir}/pwned) #{E:@x} #[fg=red] %H ; kill-server ' " $HOME \n`
      const cwd = join(sandbox.dir, '#(touch pwned)')
      mkdirSync(cwd)
      await session.reconcile(
        view([
          {
            ...window('A', []),
            panes: [
              pane('A', '1', {
                label: evil,
                cwd,
                env: { EVIL: evil },
                argv: ['sleep', '1000', evil].slice(0, 2),
              }),
            ],
          },
        ]),
      )
      const target = session.panes.get('A/agent:1')?.paneId
      if (target === undefined) throw new Error('no pane')
      await session.setPaneStatus(target, { label: evil, state: evil, link: evil })
      await session.setSessionStatus(evil)
      sandbox.run('set-option', '-t', '=view:', 'status-interval', '1')
      await session.message(evil)
      // Drawn in an attached terminal, whose style the text must not change either.
      const terminal = openTerminal(sandbox, attachArgv(sandbox, 'view'), { cols: 250, rows: 40 })
      await eventually(() => {
        const screen = terminal.screen()
        expect(screen.match(/#\(touch/g)?.length, screen).to.be.greaterThan(3)
        expect(screen).to.contain('#[fg=red] %H ; kill-server')
      })
      expect(existsSync(join(sandbox.dir, 'pwned'))).to.equal(false)
      expect(existsSync(join(cwd, 'pwned'))).to.equal(false)
      expect(sandbox.run('display-message', '-p', '-t', target, '#{pane_current_path}')).to.equal(`${cwd}\n`)
    }))

  it('ends the clients of a daemon that was killed, and nobody else’s', () =>
    withTmuxServer(async (sandbox) => {
      const first = await ViewSession.open(optionsOf(sandbox), SIZE)
      await first.reconcile(view([window('A', ['1'])]))
      const attach = async (flags: readonly string[]) => {
        const held = await sandbox.link.hold([
          sandbox.tmux,
          '-L',
          sandbox.socket,
          '-C',
          'attach-session',
          '-t',
          '=view',
          ...flags,
        ])
        held.stdout.resume()
        let isGone = false
        void held.closed.then(() => (isGone = true))
        return { held, isGone: () => isGone }
      }
      const dead = await attach(['-f', 'no-output,ignore-size'])
      const person = await attach(['-f', 'ignore-size'])
      await eventually(() => expect(sandbox.run('list-clients').trim().split('\n')).to.have.length(3))
      await first.close()
      await eventually(() => expect(sandbox.run('list-clients').trim().split('\n')).to.have.length(2))
      const second = await ViewSession.open(optionsOf(sandbox), SIZE)
      try {
        await eventually(() => expect(dead.isGone()).to.equal(true))
        expect(person.isGone()).to.equal(false)
        expect([...second.panes.keys()]).to.deep.equal([])
        await second.look()
        expect([...second.panes.keys()]).to.deep.equal(['A/agent:1'])
      } finally {
        await second.close()
        person.held.kill()
      }
    }))

  it('sends again what tmux did not take', () =>
    withView(async (sandbox, session) => {
      await session.reconcile(view([window('A', ['1'])]))
      const shown = session.panes.get('A/agent:1')?.paneId
      if (shown === undefined) throw new Error('no pane')
      const next = `%${Number(shown.slice(1)) + 1}` as typeof shown
      await session.setPaneStatus(next, { state: 'working' })
      const made = sandbox.run('new-window', '-P', '-F', '#{pane_id}', '-t', '=view:', 'sleep 1000').trim()
      expect(made).to.equal(next)
      await session.setPaneStatus(next, { state: 'working' })
      expect(sandbox.run('show-options', '-pv', '-t', next, '@orch_state')).to.equal('working\n')
    }))

  it('takes another name when another orchestra has its own, and refuses a person’s session', () =>
    withView(async (sandbox, session) => {
      await session.reconcile(view([window('A', ['1'])]))
      const other = await ViewSession.open(optionsOf(sandbox, { storeId: 'st2' }), SIZE)
      expect(other.name).to.equal('view-st2')
      await other.reconcile(view([window('B', ['1'])]))
      expect(listed(sandbox)).to.deep.equal(['1 A'])
      await other.destroy()
      // A session that ends or begins while a control client connects kills tmux up to 3.6; no person is that quick.
      await other.closed
      expect(sandbox.run('list-sessions', '-F', '#{session_name}')).to.equal('view\n')
      sandbox.run('new-session', '-d', '-s', 'theirs', 'sleep', '1000')
      sandbox.run('list-sessions')
      const error = await ViewSession.open(
        optionsOf(sandbox, { session: 'theirs', storeId: 'st3' }),
        SIZE,
      ).then(
        () => undefined,
        (e: unknown) => e,
      )
      expect(error).to.be.instanceOf(OrchestraError).and.to.include({ kind: 'refused' })
      expect(sandbox.run('list-windows', '-t', '=theirs').trim().split('\n')).to.have.length(1)
    }))

  it('can be made again right after it was destroyed', () =>
    withTmuxServer(async (sandbox) => {
      for (let round = 0; round < 5; round++) {
        const session = await ViewSession.open(optionsOf(sandbox), SIZE)
        await session.reconcile(view([window('A', ['1'])]))
        await session.destroy()
        await session.closed
      }
      expect(await ViewSession.find(optionsOf(sandbox))).to.equal(null)
    }))

  it('loads a configuration without complaint, with the person’s bindings on request', () =>
    withTmuxServer(async (sandbox) => {
      writeFileSync(
        join(sandbox.home, '.tmux.conf'),
        'set -g prefix C-a\nset -g window-size manual\nbind j select-pane -D\nbind R respawn-pane -k\n',
      )
      const session = await ViewSession.open(optionsOf(sandbox, { keys: 'user' }), SIZE)
      await session.reconcile(view([window('A', ['1'])]))
      expect(sandbox.run('show-options', '-gv', 'prefix')).to.equal('C-a\n')
      expect(sandbox.run('show-options', '-gwv', 'window-size')).to.equal('latest\n')
      const keys = sandbox.run('list-keys', '-T', 'prefix')
      expect(keys)
        .to.match(/ j +select-pane -D/)
        .and.not.match(/ R +respawn/)
      expect(keys).to.match(/ m +run-shell -C/)
      expect(sandbox.run('show-messages')).to.not.match(/view\.conf:\d/)
      await session.close()
    }))

  it('is known by its stamp when a person gave it another name, before or while we look on', () =>
    withTmuxServer(async (sandbox) => {
      const first = await ViewSession.open(optionsOf(sandbox), SIZE, eleven)
      await first.reconcile(eleven)
      sandbox.run('rename-session', '-t', '=view', 'my work')
      await eventually(() => expect(first.name).to.equal('my work'))
      expect((await first.reconcile(eleven)).created).to.deep.equal([])
      await first.close()
      // Somebody took the name that it had.
      sandbox.run('new-session', '-d', '-s', 'view', 'cat')
      sandbox.run('rename-session', '-t', '=my work', '$1 =x')
      for (const find of [
        () => ViewSession.find(optionsOf(sandbox)),
        () => ViewSession.open(optionsOf(sandbox), SIZE, eleven),
        () => ViewSession.open(optionsOf(sandbox, { isProbablyNew: true }), SIZE, eleven),
      ]) {
        const found = await find()
        expect(found?.name).to.equal('$1 =x')
        const result = await found?.reconcile(eleven)
        expect([result?.created, result?.changed]).to.deep.equal([[], []])
        await found?.close()
      }
      const last = await ViewSession.find(optionsOf(sandbox))
      await last?.destroy()
      await eventually(() => expect(sandbox.run('list-sessions', '-F', '#{session_name}')).to.equal('view\n'))
    }))

  it('is not a session of a person who shows a pane of our agents in it', () =>
    withTmuxServer(async (sandbox) => {
      sandbox.run('-f', '/dev/null', 'new-session', '-d', '-s', 'mine', 'cat')
      sandbox.run('set-option', '-p', '-t', '=mine:', '@orch_store', 'st1')
      expect(await ViewSession.find(optionsOf(sandbox))).to.equal(null)
    }))
})
