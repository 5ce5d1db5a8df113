/** The view of an `up` that starts the daemon is begun before the store is open: what becomes of it when that fails. */
import { expect } from 'chai'
import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { eventually } from '../support/eventually.js'
import { withOrchestra, type Orchestra } from '../support/orchestra.js'
import { isAlive, processesNaming } from '../support/processes.js'

const LAYOUT = `version: 1
session: early
windows:
  - { name: One, panes: [{ command: [sleep, "100000"] }] }
  - { name: Two, panes: [{ view: monitor }, { command: [sleep, "100000"] }] }
`

/** What a failed start may not leave: every session is gone, or carries our stamp. */
const unowned = (orchestra: Orchestra) =>
  orchestra
    .tryTmux('list-sessions', '-F', '#{session_name}:#{@orch_store}')
    .stdout.split('\n')
    .filter((line) => line.endsWith(':'))

const isBuilt = (orchestra: Orchestra) =>
  expect(
    orchestra.windows('early').map(({ index, name, panes }) => [index, name, panes.length]),
  ).to.deep.equal([
    [1, 'One', 1],
    [2, 'Two', 2],
  ])

/** A PATH on which tmux is that shell script. */
function pathWithTmux(orchestra: Orchestra, script: string): string {
  const file = orchestra.write('bin/tmux', `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o755)
  return `${dirname(file)}:${orchestra.env['PATH']}`
}

/** The daemon alone, as `up` would start it: it reads the layout itself. */
function startDaemon(orchestra: Orchestra, layout: string, env: Record<string, string> = {}): ChildProcess {
  const request = { layout, run: false, cols: 200, rows: 49, wait: false, timeoutMs: 60_000 }
  const daemon = join(orchestra.program, '../daemon.cjs')
  const argv = [daemon, '--layout', layout, '--up', JSON.stringify(request)]
  return spawn(process.execPath, argv, { env: { ...orchestra.env, ...env }, stdio: 'ignore' })
}

describe('a view that is begun before the store is open', () => {
  it('is gone with its server when the store is refused, and nothing of it has run', () =>
    withOrchestra(async (orchestra) => {
      const ran = join(orchestra.dir, 'ran')
      const text = LAYOUT.replace('[sleep, "100000"]', `[sh, -c, "touch ${ran}; exec sleep 100000"]`)
      const layout = orchestra.write('early.yaml', text)
      const session = join(orchestra.state, 'sessions/early')
      mkdirSync(session, { recursive: true, mode: 0o700 })
      writeFileSync(join(session, 'store.db'), 'this is no store\n'.repeat(500), { mode: 0o600 })
      const { code, stderr } = await orchestra.run(['up', layout, '-d'])
      expect(code).not.to.equal(0)
      expect(stderr).to.contain('store.db')
      await eventually(() => expect(orchestra.leftovers()).to.deep.equal([]))
      expect(() => readFileSync(ran)).to.throw('ENOENT')
      rmSync(join(session, 'store.db'))
      await orchestra.ok('up', layout, '-d')
      await eventually(() => readFileSync(ran))
      await orchestra.ok('down')
    }))

  it('is gone, too, when all of it stood and what came after was refused', () =>
    withOrchestra(async (orchestra) => {
      const layout = orchestra.write(
        'early.yaml',
        LAYOUT.replace('windows:', 'run_dir: /proc/nowhere\nwindows:'),
      )
      const { code, stderr } = await orchestra.run(['up', layout, '-d'])
      expect(code).to.equal(1)
      expect(stderr).to.contain('/proc/nowhere')
      await eventually(() => expect(orchestra.leftovers()).to.deep.equal([]))
    }))

  it('is not there at all for a layout with a mistake, which the verb tells by itself', () =>
    withOrchestra(async (orchestra) => {
      const layout = orchestra.write('early.yaml', LAYOUT.replace('name: Two', 'nmae: Two'))
      const { code, stderr } = await orchestra.run(['up', layout, '-d'])
      expect(code).to.equal(2)
      expect(stderr).to.contain('early.yaml:5').and.to.contain('nmae')
      await eventually(() => expect(orchestra.leftovers()).to.deep.equal([]))
    }))

  it('belongs to nobody, and then to us, wherever the daemon is killed', () =>
    withOrchestra(async (orchestra) => {
      const layout = orchestra.write('early.yaml', LAYOUT)
      for (const delay of [40, 60, 80, 100, 120, 140, 170, 200, 300]) {
        const starting = startDaemon(orchestra, layout)
        await new Promise((resolve) => setTimeout(resolve, delay))
        starting.kill('SIGKILL')
        await eventually(() => starting.exitCode !== null || starting.signalCode !== null)
        await eventually(() => expect(unowned(orchestra)).to.deep.equal([]))
        await orchestra.ok('up', layout, '-d')
        isBuilt(orchestra)
        await orchestra.ok('down')
        await eventually(() => expect(orchestra.sessions()).to.deep.equal([]))
      }
    })).timeout(120_000)

  it('belongs to nobody for a moment only, when the daemon is killed before tmux has said a word', () =>
    withOrchestra(async (orchestra) => {
      const layout = orchestra.write('early.yaml', LAYOUT)
      const PATH = pathWithTmux(orchestra, 'sleep 0.5; PATH=${PATH#*:} exec tmux "$@"')
      const starting = startDaemon(orchestra, layout, { PATH })
      await eventually(() =>
        expect(
          processesNaming(orchestra.dir)
            .map(({ args }) => args)
            .join(),
        ).to.contain('new-session'),
      )
      starting.kill('SIGKILL')
      // Nobody may connect before `up`: the next client that goes takes the session with it.
      const server = join(orchestra.tmuxTmpdir, `tmux-${process.getuid?.() ?? 0}`, 'orchestra')
      await eventually(() => expect(existsSync(server)).to.equal(true))
      await orchestra.ok('up', layout, '-d')
      isBuilt(orchestra)
      await orchestra.ok('down')
      await eventually(() => expect(orchestra.leftovers()).to.deep.equal([]))
    }))

  it('says what tmux did, when that ends without a word', () =>
    withOrchestra(async (orchestra) => {
      const layout = orchestra.write('early.yaml', LAYOUT)
      const PATH = pathWithTmux(orchestra, 'exit 7')
      const { code, stderr } = await orchestra.run(['up', layout, '-d'], { env: { PATH } })
      expect(code).to.equal(3)
      expect(stderr).to.contain('tmux ended with status 7')
      await eventually(() => expect(orchestra.leftovers()).to.deep.equal([]))
    }))

  it('is made anew by an up that comes while down is under way, however long that takes', () =>
    withOrchestra(async (orchestra) => {
      const layout = orchestra.write(
        'early.yaml',
        LAYOUT.replace('windows:', 'agents: { A: { type: demo } }\nwindows:'),
      )
      await orchestra.ok('up', layout, '-d', '--wait')
      const server = Number(orchestra.tmux('display-message', '-p', '#{pid}'))
      process.kill(server, 'SIGSTOP')
      const down = orchestra.run(['down'])
      try {
        await new Promise((resolve) => setTimeout(resolve, 400))
        const up = orchestra.run(['up', layout, '-d'])
        await new Promise((resolve) => setTimeout(resolve, 500))
        process.kill(server, 'SIGCONT')
        const { code, stderr } = await up
        expect(code, stderr).to.equal(0)
      } finally {
        // Gone with its last session, unless `up` came before that.
        if (isAlive(server)) process.kill(server, 'SIGCONT')
      }
      await down
      isBuilt(orchestra)
      await orchestra.ok('down')
      await eventually(() => expect(orchestra.leftovers()).to.deep.equal([]))
    })).timeout(60_000)

  it('is made once by many that ask at once', () =>
    withOrchestra(async (orchestra) => {
      const layout = orchestra.write('early.yaml', LAYOUT)
      for (let round = 0; round < 2; round++) {
        const all = await Promise.all(Array.from({ length: 4 }, () => orchestra.run(['up', layout, '-d'])))
        expect(all.map(({ code }) => code)).to.deep.equal([0, 0, 0, 0], all.map((a) => a.stderr).join('\n'))
        isBuilt(orchestra)
        expect(orchestra.sessions()).to.include('early')
        await orchestra.ok('down')
      }
      await eventually(() => expect(orchestra.leftovers()).to.deep.equal([]))
    })).timeout(120_000)
})
