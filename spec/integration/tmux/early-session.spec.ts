import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { userInfo } from 'node:os'
import { expect } from 'chai'
import { ControlClient } from '../../../lib/tmux/control-client.js'
import { isServerThere } from '../../../lib/tmux/is-server-there.js'
import { MIRROR_ARGV } from '../../../lib/tmux/mirror-pane.js'
import type { ViewStep } from '../../../lib/tmux/protocol/view-step.js'
import { runSteps } from '../../../lib/tmux/run-steps.js'
import { beginSession } from '../../../lib/tmux/view-open.js'
import { ViewSession } from '../../../lib/tmux/view-session.js'
import { eventually } from '../../support/eventually.js'
import { isAlive } from '../../support/processes.js'
import { type TmuxSandbox, withTmuxServer } from '../../support/tmux.js'

const SIZE = { cols: 200, rows: 50 }
const DESIRED = {
  windows: ['A', 'B'].map((name) => ({
    name,
    layout: null,
    focus: false,
    panes: [
      {
        slot: `${name}/agent:${name}`,
        argv: MIRROR_ARGV,
        cwd: null,
        env: {},
        agent: null,
        label: name,
        size: null,
        focus: false,
      },
    ],
  })),
  monitorWindow: null,
  mainWindow: null,
}

const optionsOf = (sandbox: TmuxSandbox) => ({
  link: sandbox.link,
  address: { tmux: sandbox.tmux, socket: sandbox.socket },
  session: 'view',
  configPath: join(sandbox.dir, 'view.conf'),
  keys: 'own' as const,
  home: sandbox.home,
})
const socketOf = (sandbox: TmuxSandbox) => join(sandbox.dir, `tmux-${userInfo().uid}`, sandbox.socket)

describe('a session that was begun before anybody knew for whom', () => {
  it('ends with the server that it was alone on, when nobody comes for it', () =>
    withTmuxServer(async (sandbox) => {
      const begun = await beginSession(optionsOf(sandbox), SIZE)
      expect(sandbox.run('list-sessions', '-F', '#{session_name}:#{@orch_store}')).to.equal('view:\n')
      const client = Number(sandbox.run('list-clients', '-t', '=view', '-F', '#{client_pid}'))
      await begun.abandon()
      expect(isAlive(client)).to.equal(false)
      await eventually(() => expect(sandbox.serverPid()).to.equal(undefined))
    }))

  it('ends with a client that is killed', () =>
    withTmuxServer(async (sandbox) => {
      sandbox.run('-f', '/dev/null', 'new-session', '-d', '-s', 'mine')
      await beginSession(optionsOf(sandbox), SIZE)
      const client = Number(sandbox.run('list-clients', '-t', '=view', '-F', '#{client_pid}'))
      process.kill(client, 'SIGKILL')
      await eventually(() => expect(sandbox.run('list-sessions', '-F', '#{session_name}')).to.equal('mine\n'))
    }))

  it('is whole, stamped, and outlives its client once it has an owner', () =>
    withTmuxServer(async (sandbox) => {
      const begun = await beginSession(optionsOf(sandbox), SIZE)
      const session = await ViewSession.take(begun, 'st1', SIZE, DESIRED)
      const { created, changed } = await session.reconcile(DESIRED)
      expect(created).to.have.length(2)
      expect(changed).to.deep.equal([])
      const told = new Promise((resolve) => void session.closed.then(resolve))
      await session.close()
      await told
      await eventually(() => expect(sandbox.run('list-clients', '-t', '=view')).to.equal(''))
      expect(sandbox.run('list-windows', '-t', '=view', '-F', '#{window_index} #{window_name}')).to.equal(
        '1 A\n2 B\n',
      )
      const found = await ViewSession.find({ ...optionsOf(sandbox), storeId: 'st1' })
      expect(found?.name).to.equal('view')
      await found?.close()
    }))

  it('leaves hooks to a server that was started for it alone, until it has time', () =>
    withTmuxServer(async (sandbox) => {
      const options = optionsOf(sandbox)
      const told = () =>
        sandbox.run('show-options', '-wH', '-t', '=view:1') +
        sandbox.run('show-options', '-H', '-t', '=view:')
      const take = async (more: Partial<typeof options>) => {
        const begun = await beginSession({ ...options, ...more }, SIZE)
        const session = await ViewSession.take(begun, 'st1', SIZE, DESIRED)
        await session.reconcile(DESIRED)
        return session
      }
      const mine = /^automatic-rename off$[^]*^destroy-unattached off$[^]*^renumber-windows off$/m
      const masked = /^pane-exited[^]*^after-kill-pane/m
      // The server of a person has more variables than those that we give to one of ours.
      const theirs = await take({})
      expect(told()).to.match(mine).and.match(masked)
      await theirs.destroy()
      await eventually(() => expect(sandbox.serverPid()).to.equal(undefined))

      const link = { hold: (argv: readonly string[]) => sandbox.link.hold(['env', '-u', 'TERM', ...argv]) }
      const ours = await take({ link })
      expect(told())
        .to.match(mine)
        .and.not.match(/^pane-exited|^after-kill-pane/m)
      await ours.hold()
      expect(told()).to.match(mine).and.match(masked)
      await ours.destroy()
    }))

  it('is refused where somebody has one of that name', () =>
    withTmuxServer(async (sandbox) => {
      sandbox.run('-f', '/dev/null', 'new-session', '-d', '-s', 'view')
      const refused = await beginSession(optionsOf(sandbox), SIZE).then(
        () => 'begun',
        (error: unknown) => String(error),
      )
      expect(refused).to.contain('duplicate session')
      expect(sandbox.run('show-options', '-t', '=view:', 'destroy-unattached')).to.equal('')
    }))
})

describe('a session that is looked for', () => {
  it('keeps no client where tmux does not say whose it is', () =>
    withTmuxServer(async (sandbox) => {
      const [tmux, left] = [join(sandbox.dir, 'odd-tmux'), join(sandbox.dir, 'left')]
      const words = [
        '#!/bin/sh',
        `case "$*" in *list-sessions*) printf '$1\\tst1\\t\\tview\\n'; exit ;; esac`,
        "printf '%%begin 1 1 0\\n%%end 1 1 0\\n'",
        'read -r line',
        "printf '%%begin 1 2 1\\nno\\n%%error 1 2 1\\n'",
        'cat > /dev/null',
        `echo > '${left}'`,
      ]
      writeFileSync(tmux, `${words.join('\n')}\n`, { mode: 0o700 })
      const address = { tmux, socket: sandbox.socket }
      const refused = ViewSession.find({ ...optionsOf(sandbox), address, storeId: 'st1' })
      expect(await refused.catch((error: unknown) => error)).to.have.property('kind', 'failed')
      expect(existsSync(left)).to.equal(true)
    }))
})

describe('runSteps', () => {
  it('does not fail for a window that ended before it was gone to', () =>
    withTmuxServer(async (sandbox) => {
      const { tmux, socket } = sandbox
      sandbox.run('-f', '/dev/null', 'new-session', '-d', '-s', 'mine')
      const client = await ControlClient.attach(sandbox.link, { tmux, socket, session: 'mine' })
      const to = (window: string) => ['select-window', '-t', `=mine:${window}`]
      const step = (type: ViewStep['type'], window: string) => ({ type, text: type, lines: [[to(window)]] })
      await runSteps(client, [step('window.focus', '77'), step('window.move', '0')], 'mine')
      const failed = await runSteps(client, [step('window.move', '77')], 'mine').catch(String)
      expect(failed).to.contain("can't find window")
      client.close()
    }))
})

describe('isServerThere', () => {
  it('is not misled by the socket of a server that ended', () =>
    withTmuxServer(async (sandbox) => {
      const socket = socketOf(sandbox)
      expect(await isServerThere(socket)).to.equal(false)
      sandbox.run('-f', '/dev/null', 'new-session', '-d', '-s', 'mine')
      expect(await isServerThere(socket)).to.equal(true)
      sandbox.run('kill-server')
      await eventually(() => expect(sandbox.serverPid()).to.equal(undefined))
      expect(await isServerThere(socket)).to.equal(false)
    }))
})
