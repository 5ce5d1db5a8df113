import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { OrchestraError } from '../../../lib/core/errors.js'
import type { SessionName } from '../../../lib/core/ids.js'
import { ensureAgentSession } from '../../../lib/tmux/ensure-agent-session.js'
import { agent, agentSession } from '../../support/agent-session.js'
import { eventually } from '../../support/eventually.js'
import { withTmuxServer } from '../../support/tmux.js'

const CAT = ['sh', '-c', 'stty raw -echo; echo ready; exec cat']

describe('AgentSession', () => {
  it('has one winner among eight concurrent creators', async () => {
    await withTmuxServer(async (tmux) => {
      const results = await Promise.all(
        Array.from({ length: 8 }, () =>
          ensureAgentSession(
            {
              ...tmux,
              session: 'demo' as SessionName,
              storeId: 'S1',
              generation: '1',
              dir: `${tmux.dir}/h`,
            },
            'orc-demo-S1',
          ),
        ),
      )
      expect(results.filter((result) => result.session === 'created')).to.have.length(1)
      expect(new Set(results.map((result) => result.server.pid)).size).to.equal(1)
      expect(new Set(results.map((result) => result.bell)).size).to.equal(1)
    })
  })

  it('stands after two calls of tmux, whether a server runs or not', async () => {
    await withTmuxServer(async (tmux) => {
      const calls = join(tmux.dir, 'calls')
      const counting = join(tmux.dir, 'counting-tmux')
      writeFileSync(counting, `#!/bin/sh\necho >> '${calls}'\nexec '${tmux.tmux}' "$@"\n`, { mode: 0o700 })
      const ensure = async (generation: string) => {
        rmSync(calls, { force: true })
        const dir = join(tmux.dir, 'host')
        const session = 'demo' as SessionName
        const options = { ...tmux, tmux: counting, session, storeId: 'S1', generation, dir }
        const result = await ensureAgentSession(options, 'orc-demo-S1')
        return { result, calls: readFileSync(calls, 'utf8').length }
      }
      const [cold, warm] = [await ensure('1'), await ensure('2')]
      expect([cold.calls, warm.calls]).to.deep.equal([2, 2])
      expect([cold.result.session, warm.result.session]).to.deep.equal(['created', 'adopted'])
      expect(warm.result).to.deep.include({ server: cold.result.server, bell: cold.result.bell, reset: null })
      expect(cold.result.version).to.match(/^tmux \d/)
      for (const session of ['orc-demo-S1', 'orc-demo-S1-ctl']) {
        const option = (name: string) => tmux.run('show-options', '-qv', '-t', `=${session}:`, name).trim()
        expect(
          ['@orch_store', '@orch_session', '@orch_generation', 'status', 'prefix'].map(option),
        ).to.deep.equal(['S1', 'orc-demo-S1', '2', 'on', ''])
      }
    })
  })

  it('clears away what was being written when an earlier one was killed, and nothing of one that lives', async () => {
    await withTmuxServer(async (tmux) => {
      const dir = join(tmux.dir, 'host')
      mkdirSync(dir)
      // No process has so high a number.
      const [dead, alive] = ['4194305', String(process.pid)]
      const parts = [`tmux.conf.${dead}`, `server.${dead}`, `tmux.conf.${alive}`]
      for (const part of parts) writeFileSync(join(dir, part), 'half')
      const session = 'demo' as SessionName
      await ensureAgentSession({ ...tmux, session, storeId: 'S1', generation: '1', dir }, 'orc-demo-S1')
      expect(readdirSync(dir).sort()).to.deep.equal(['bell', 'server', 'tmux.conf', `tmux.conf.${alive}`])
    })
  })

  it('starts an agent once, however often it is asked', async () => {
    await withTmuxServer(async (tmux) => {
      const { session, output } = agentSession(tmux)
      await session.ensure()
      const start = {
        agent: agent('CG-1'),
        generation: '7',
        argv: CAT,
        log: join(tmux.dir, "l #(x) %H '.log"),
      }
      const all = await Promise.all([session.startWindow(start), session.startWindow(start)])
      expect(all.map((one) => one.existed)).to.deep.equal([false, true])
      expect(all[0]?.pane).to.equal(all[1]?.pane)
      const [row, ...others] = await session.list()
      expect(others).to.deep.equal([])
      expect(row).to.deep.include({
        agent: 'CG-1',
        generation: '7',
        cols: 200,
        rows: 50,
        dead: null,
        piped: true,
      })
      await eventually(() => expect(output()).to.equal('ready\n'))
      await eventually(() => expect(readFileSync(start.log, 'utf8')).to.equal('ready\n'))
    })
  })

  it('gives output to the byte, UTF-8 and escapes included', async () => {
    await withTmuxServer(async (tmux) => {
      const { session, output } = agentSession(tmux)
      await session.ensure()
      const text = '日本語 \u001b[1;31m赤\u001b[0m \\ \t é 👩‍👩‍👧 \u007f\r\n'.repeat(200) + 'END'
      writeFileSync(join(tmux.dir, 'text'), text)
      const argv = ['sh', '-c', 'stty raw; cat "$1"; exec sleep 1000', 'sh', join(tmux.dir, 'text')]
      await session.startWindow({ agent: agent('A'), generation: '1', argv })
      await eventually(() => expect(output().endsWith('END')).to.equal(true))
      expect(output()).to.equal(text)
    })
  })

  it('pastes and types exactly, and refuses a pane whose program has ended', async () => {
    await withTmuxServer(async (tmux) => {
      const { session, output } = agentSession(tmux)
      await session.ensure()
      const { pane } = await session.startWindow({ agent: agent('A'), generation: '1', argv: CAT })
      await eventually(() => expect(output()).to.equal('ready\n'))
      const text = 'a "$HOME" ~/x #{pid} #(touch X) $(touch X) `touch X` ; \\ %if\n日本;'
      await session.paste(pane, `${text}\u001b[201~`)
      await eventually(() => expect(output()).to.equal(`ready\n${text}[201~`))
      const keys = Buffer.from('é'.repeat(400) + '\r')
      await session.sendKeys(pane, keys)
      await eventually(() => expect(output()).to.equal(`ready\n${text}[201~${keys.toString()}`))

      tmux.run('copy-mode', '-t', pane)
      await session.sendKeys(pane, Buffer.from('z'))
      await eventually(() => expect(output().endsWith('z')).to.equal(true))

      const dead = await session.startWindow({ agent: agent('B'), generation: '1', argv: ['false'] })
      await eventually(async () => expect((await session.list())[1]?.dead).to.not.equal(null))
      const error = await session.sendKeys(dead.pane, Buffer.from('x')).catch((error: unknown) => error)
      expect(error).to.be.instanceOf(OrchestraError).and.to.have.property('kind', 'refused')
    })
  })

  // tmux 3.3a dies of it, with every agent there: a prompt or a task's line that comes as its agent ends.
  it('refuses a paste into a pane whose program has ended, and the server lives on', async () => {
    await withTmuxServer(async (tmux) => {
      const { session, output } = agentSession(tmux)
      await session.ensure()
      const { pane } = await session.startWindow({ agent: agent('A'), generation: '1', argv: CAT })
      const dead = await session.startWindow({ agent: agent('B'), generation: '1', argv: ['false'] })
      await eventually(async () => expect((await session.list())[1]?.dead).to.not.equal(null))
      const error = await session
        .paste(dead.pane, 'hello', { submit: Buffer.from('\r') })
        .catch((error: unknown) => error)
      expect(error).to.be.instanceOf(OrchestraError).and.to.have.property('kind', 'refused')
      expect(tmux.run('list-buffers')).to.equal('')
      await session.paste(pane, 'there')
      await eventually(() => expect(output()).to.contain('there'))
    })
  })

  it('keeps the exit status of a program that ended at once, and says so', async () => {
    await withTmuxServer(async (tmux) => {
      const { session, events } = agentSession(tmux)
      await session.ensure()
      const { pane } = await session.startWindow({
        agent: agent('A'),
        generation: '1',
        argv: ['sh', '-c', 'exit 7'],
      })
      await eventually(() => expect(events).to.deep.include({ type: 'dead', pane, status: 7, signal: null }))
      expect((await session.list())[0]?.dead).to.deep.equal({ status: 7, signal: null })
    })
  })

  it('rings through the bell pane and passes over noise', async () => {
    await withTmuxServer(async (tmux) => {
      const { session, events } = agentSession(tmux)
      await session.ensure()
      const script = 'printf "R a b\\nfoo\\n%%exit\\nR CG-1\\n\\033[2JR \\033\\nR W_2\\n" 1<> "$1"'
      await tmux.shell.run(script, { args: [`${tmux.dir}/host-demo/bell`] })
      await eventually(() =>
        expect(events.filter((event) => event.type === 'ring')).to.deep.equal([
          { type: 'ring', agent: 'CG-1' },
          { type: 'ring', agent: 'W_2' },
        ]),
      )
    })
  })

  it('hears the bell again after somebody removed what it reads', async () => {
    await withTmuxServer(async (tmux) => {
      const { session, events } = agentSession(tmux)
      const bell = join(tmux.dir, 'host-demo/bell')
      const first = await session.ensure()
      rmSync(bell)
      writeFileSync(bell, '/dev/pts/0\n')
      const second = await session.ensure()
      expect(second.bell).to.not.equal(first.bell)
      expect(tmux.run('list-panes', '-s', '-t', '=orc-demo-S1', '-F', '#{pane_id}').trim()).to.equal(
        second.bell,
      )
      await tmux.shell.run('printf "R CG-1\\n" 1<> "$1"', { args: [bell] })
      await eventually(() => expect(events).to.deep.include({ type: 'ring', agent: 'CG-1' }))
    })
  })

  it('hears a pane that prints without end in turns, the others all the time, and says what it left out', async () => {
    await withTmuxServer(async (tmux) => {
      const { session, events } = agentSession(tmux)
      await session.ensure()
      const stop = join(tmux.dir, 'stop')
      const flood = 'while [ ! -e "$1" ]; do yes a-line-of-a-flood | head -n 20000; done; echo END; exec cat'
      const loud = await session.startWindow({
        agent: agent('L'),
        generation: '1',
        argv: ['sh', '-c', flood, 'sh', stop],
      })
      const quiet = await session.startWindow({ agent: agent('Q'), generation: '1', argv: CAT })
      const said = (pane: string) =>
        Buffer.concat(
          events.flatMap((event) => (event.type === 'output' && event.pane === pane ? [event.data] : [])),
        ).toString()
      const gaps = () => events.filter((event) => event.type === 'gap' && event.pane === loud.pane).length
      await eventually(() => expect(gaps()).to.be.greaterThan(2))
      await session.sendKeys(quiet.pane, Buffer.from('still here'))
      await eventually(() => expect(said(quiet.pane)).to.equal('ready\nstill here'))

      writeFileSync(stop, '')
      await eventually(async () => {
        const { text = '' } = (await session.capture([loud.pane])).get(loud.pane) ?? {}
        expect(text).to.contain('END')
      })
      await eventually(async () => {
        await session.sendKeys(loud.pane, Buffer.from('heard again\r'))
        expect(said(loud.pane)).to.contain('heard again')
      })
    })
  })

  it('stops exactly the window that was meant, and nothing without its stamp (E15)', async () => {
    await withTmuxServer(async (tmux) => {
      const { session } = agentSession(tmux)
      const sibling = agentSession(tmux, 'demo-1')
      await session.ensure()
      await sibling.session.ensure()
      const names = ['a', 'a-1', 'worker-1', 'worker-10']
      const started = []
      for (const name of names)
        started.push(await session.startWindow({ agent: agent(name), generation: '1', argv: CAT }))
      await sibling.session.startWindow({ agent: agent('a'), generation: '1', argv: CAT })
      const foreign = tmux
        .run('new-window', '-d', '-P', '-F', '#{window_id}', '-t', '=orc-demo-S1:', '-n', 'worker-1', 'cat')
        .trim()

      expect(await session.stopWindow(started[2]!.window)).to.equal(true)
      expect(await session.stopWindow(started[2]!.window)).to.equal(false)
      expect(await session.stopWindow(foreign as never)).to.equal(false)
      expect((await session.list()).map((row) => row.agent)).to.deep.equal(['a', 'a-1', 'worker-10'])
      expect(tmux.run('list-windows', '-t', '=orc-demo-S1', '-F', '#{window_id}')).to.contain(foreign)

      await session.dispose(false)
      expect((await sibling.session.list()).map((row) => row.agent)).to.deep.equal(['a'])
    })
  })

  it('lists 200 agents', async () => {
    await withTmuxServer(async (tmux) => {
      const { session } = agentSession(tmux)
      await session.ensure()
      const ids = Array.from({ length: 200 }, (_, i) => agent(`w-${i}`))
      await Promise.all(
        ids.map((id) => session.startWindow({ agent: id, generation: '1', argv: ['sleep', '1000'] })),
      )
      const rows = await session.list()
      expect(rows.map((row) => row.agent)).to.have.members(ids)
      expect(new Set(rows.map((row) => row.tty)).size).to.equal(200)
      const captures = await session.capture(rows.map((row) => row.pane))
      expect(captures.size).to.equal(200)
    })
  })

  it('survives kill-session of the agents session, and takes the agents back', async () => {
    await withTmuxServer(async (tmux) => {
      const { session } = agentSession(tmux)
      await session.ensure()
      const { pid } = await session.startWindow({ agent: agent('A'), generation: '1', argv: CAT })
      tmux.run('kill-session', '-t', '=orc-demo-S1')
      expect((await session.ensure()).session).to.equal('adopted')
      expect((await session.list()).map((row) => row.pid)).to.deep.equal([pid])
    })
  })

  it('removes a stale control client of its own, and leaves others alone', async () => {
    await withTmuxServer(async (tmux) => {
      const first = agentSession(tmux)
      const other = agentSession(tmux, 'other')
      await first.session.ensure()
      await other.session.ensure()
      const second = agentSession(tmux)
      await second.session.ensure()
      await eventually(() => expect(first.events.at(-1)?.type).to.equal('closed'))
      const clients = tmux.run('list-clients', '-F', '#{client_session}').trim().split('\n').sort()
      expect(clients).to.deep.equal(['orc-demo-S1-ctl', 'orc-other-S1-ctl'])
      expect(other.session.client.isClosed).to.equal(false)
    })
  })

  it('attaches again and again, beside its own and in place of a stale client, and tmux lives', async () => {
    await withTmuxServer(async (tmux) => {
      const { server } = await agentSession(tmux).session.ensure()
      for (let times = 0; times < 12; times++) {
        const { session } = agentSession(tmux)
        expect((await session.ensure()).server).to.deep.equal(server)
        expect(await session.ensure()).to.deep.include({ server, reset: null })
      }
      expect(tmux.run('list-clients', '-F', 'client')).to.equal('client\n')
    })
  })

  it('takes over from a control client that was killed under load', async () => {
    await withTmuxServer(async (tmux) => {
      const first = agentSession(tmux)
      await first.session.ensure()
      const { pane } = await first.session.startWindow({ agent: agent('A'), generation: '1', argv: ['yes'] })
      await eventually(() => expect(first.events.length).to.be.greaterThan(50))
      const pid = Number(tmux.run('list-clients', '-F', '#{client_pid}'))
      process.kill(pid, 'SIGKILL')
      await eventually(() => expect(first.events.at(-1)?.type).to.equal('closed'))
      const second = agentSession(tmux)
      await second.session.ensure()
      await eventually(() =>
        expect(tmux.run('list-clients', '-F', 'client').trim().split('\n')).to.have.length(1),
      )
      await eventually(() => expect(second.output()).to.contain('y\r\ny\r\n'))
      expect((await second.session.list()).map((row) => row.pane)).to.deep.equal([pane])
    })
  })

  it('notices that the server was killed, and says so when it comes again (E13)', async () => {
    await withTmuxServer(async (tmux) => {
      const { session, events } = agentSession(tmux)
      const before = await session.ensure()
      expect(before.reset).to.equal(null)
      process.kill(before.server.pid, 'SIGKILL')
      await eventually(() => expect(events.at(-1)?.type).to.equal('closed'))
      const error = await session.list().catch((error: unknown) => error)
      expect(error).to.have.property('kind', 'unreachable')
      const after = await session.ensure()
      expect(after).to.deep.include({ session: 'created', reset: 'server', recovered: false })
      expect((await session.ensure()).reset).to.equal(null)
    })
  })

  it('brings back a server whose socket was removed, and starts no second one (E14)', async () => {
    await withTmuxServer(async (tmux) => {
      const { session } = agentSession(tmux)
      const before = await session.ensure()
      const { pid } = await session.startWindow({ agent: agent('A'), generation: '1', argv: CAT })
      const sockets = readFileSync(`/proc/net/unix`, 'utf8').split('\n')
      const socket = sockets
        .map((line) => line.split(' ').at(-1) ?? '')
        .find((path) => path.startsWith(tmux.dir))
      rmSync(socket ?? '')
      expect(tmux.serverPid()).to.equal(undefined)
      const after = await session.ensure()
      expect(after).to.deep.include({
        session: 'adopted',
        reset: null,
        recovered: true,
        server: before.server,
      })
      expect((await session.list()).map((row) => row.pid)).to.deep.equal([pid])
    })
  })

  it('refuses a session of that name that is not ours, and touches nothing of it (E44)', async () => {
    await withTmuxServer(async (tmux) => {
      tmux.run('-f', '/dev/null', 'new-session', '-d', '-s', 'orc-demo-S1', 'cat')
      const before = tmux.run('list-panes', '-a', '-F', '#{session_name} #{pane_pid} #{status} #{prefix}')
      const { session } = agentSession(tmux)
      const error = await session.ensure().catch((error: unknown) => error)
      expect(error).to.be.instanceOf(OrchestraError)
      expect(error).to.have.property('kind', 'refused')
      expect(error).to.have.property('hint').that.contains('rename-session')
      expect(await session.dispose(false).catch((error: unknown) => error)).to.have.property(
        'kind',
        'refused',
      )
      expect(tmux.run('list-panes', '-a', '-F', '#{session_name} #{pane_pid} #{status} #{prefix}')).to.equal(
        before,
      )
    })
  })

  it('is not moved by the configuration of the user (E45)', async () => {
    await withTmuxServer(async (tmux) => {
      writeFileSync(
        join(tmux.home, '.tmux.conf'),
        `set -g base-index 5\nset -g window-size manual\nset -g default-command "touch ${tmux.dir}/X"\n` +
          `set-hook -g after-new-window "run-shell 'touch ${tmux.dir}/X'"\nset -g remain-on-exit off\n`,
      )
      const { session } = agentSession(tmux)
      await session.ensure()
      const { pid } = await session.startWindow({ agent: agent('A'), generation: '1', argv: CAT })
      expect((await session.list()).map((row) => row.pid)).to.deep.equal([pid])
      expect(existsSync(join(tmux.dir, 'X'))).to.equal(false)
    })
  })

  it('rotates logs without losing a byte', async () => {
    await withTmuxServer(async (tmux) => {
      const { session, output } = agentSession(tmux)
      await session.ensure()
      const file = join(tmux.dir, 'a b.log')
      const { pane } = await session.startWindow({ agent: agent('A'), generation: '1', argv: CAT, log: file })
      await eventually(() => expect(output()).to.equal('ready\n'))
      const first = 'x'.repeat(5000)
      await session.paste(pane, first)
      await eventually(() => expect(readFileSync(file, 'utf8')).to.equal(`ready\n${first}`))
      await session.rotateLogs([{ pane, file }], 10_000)
      expect(existsSync(`${file}.1`)).to.equal(false)
      await session.rotateLogs([{ pane, file }], 4000)
      await session.paste(pane, 'second')
      await eventually(() => expect(readFileSync(file, 'utf8')).to.equal('second'))
      expect(readFileSync(`${file}.1`, 'utf8')).to.equal(`ready\n${first}`)
    })
  })
})
