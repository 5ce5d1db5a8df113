import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { ControlClient } from '../../../lib/tmux/control-client.js'
import type { Notification } from '../../../lib/tmux/protocol/messages.js'
import { eventually } from '../../support/eventually.js'
import { assertInside, withTmuxServer } from '../../support/tmux.js'
import type { TmuxSandbox } from '../../support/tmux.js'

async function withClient(
  use: (client: ControlClient, tmux: TmuxSandbox, heard: Notification[]) => Promise<void>,
): Promise<void> {
  await withTmuxServer(async (tmux) => {
    tmux.run('-f', '/dev/null', 'new-session', '-d', '-s', 'a', '-x', '80', '-y', '24', 'cat')
    const client = await ControlClient.attach(tmux.link, { ...tmux, session: 'a' })
    const heard: Notification[] = []
    client.onNotification((notification) => heard.push(notification))
    await use(client, tmux, heard)
    client.close()
  })
}

describe('ControlClient', () => {
  it('answers commands in order, many at once', async () => {
    await withClient(async (client) => {
      const replies = await Promise.all(
        Array.from({ length: 500 }, (_, i) => client.command(['display-message', '-p', `n${i}`])),
      )
      expect(replies.map((reply) => reply.body.toString())).to.deep.equal(
        Array.from({ length: 500 }, (_, i) => `n${i}`),
      )
    })
  })

  it('keeps count when commands fail and lines do not parse', async () => {
    await withClient(async (client) => {
      const say = (text: string) => ['display-message', '-p', text]
      const failing = [
        client.commands([say('1'), ['kill-pane', '-t', '%99'], say('never')]),
        client.commands([say('2'), ['no-such-command'], say('never')]),
        client.confirmed([say('3'), ['kill-pane', '-t', '%99'], say('never')]),
        client.confirmed([['no-such-command'], say('never')]),
      ].map((promise) => promise.catch((error: unknown) => (error as { details: unknown }).details))
      const good = [client.command(say('x')), client.confirmed([say('y'), say('z')]).then((all) => all[1])]
      const details = await Promise.all(failing)
      expect(details.map((one) => (one as { index: number }).index)).to.deep.equal([1, 0, 1, 0])
      expect((await Promise.all(good)).map((reply) => reply?.body.toString())).to.deep.equal(['x', 'z'])
    })
  })

  it('passes arguments byte for byte', async () => {
    await withClient(async (client, tmux) => {
      const bytes = Buffer.from(Array.from({ length: 255 }, (_, i) => i + 1))
      await client.command(['set-buffer', '-b', 'b', '--', bytes])
      const file = join(tmux.dir, 'bytes')
      tmux.run('save-buffer', '-b', 'b', file)
      expect(readFileSync(file).equals(bytes)).to.equal(true)
    })
  })

  it('hands a reply over before the output that follows it', async () => {
    await withClient(async (client, _tmux, heard) => {
      let seen = -1
      await client.confirmed(
        [
          ['capture-pane', '-p', '-t', '%0'],
          ['send-keys', '-t', '%0', 'abc', 'Enter'],
        ],
        {
          onReplies: () => (seen = heard.filter((n) => n.type === 'output').length),
        },
      )
      expect(seen).to.equal(0)
      await eventually(() => expect(heard.some((n) => n.type === 'output')).to.equal(true))
    })
  })

  it('rejects what waits, as unknown, when its process is killed', async () => {
    await withTmuxServer(async (tmux) => {
      tmux.run('-f', '/dev/null', 'new-session', '-d', '-s', 'a', 'cat')
      let pid = 0
      const client = await ControlClient.attach(
        {
          hold: async (argv) => {
            const held = await tmux.link.hold(argv)
            pid = (held as unknown as { pid: number }).pid
            return held
          },
        },
        { ...tmux, session: 'a' },
      )
      const server = tmux.serverPid() ?? 0
      process.kill(server, 'SIGSTOP')
      const waiting = client.command(['list-panes']).catch((error: unknown) => error)
      process.kill(pid, 'SIGKILL')
      const error = (await waiting) as { kind: string; details: { delivered: string } }
      expect([error.kind, error.details.delivered]).to.deep.equal(['unreachable', 'unknown'])
      expect((await client.closed).cause).to.equal('lost')
      const late = await client.command(['list-panes']).catch((error: unknown) => error)
      expect((late as { details: { delivered: string } }).details.delivered).to.equal('not_sent')
    })
  })

  it('gives up a command after its deadline and keeps count of the late answer', async () => {
    await withClient(async (client, tmux) => {
      const server = tmux.serverPid() ?? 0
      process.kill(server, 'SIGSTOP')
      const error = await client
        .command(['display-message', '-p', 'late'], { timeoutMs: 50 })
        .catch((error: unknown) => error)
      process.kill(server, 'SIGCONT')
      expect((error as { details: { delivered: string } }).details.delivered).to.equal('unknown')
      expect((await client.command(['display-message', '-p', 'next'])).body.toString()).to.equal('next')
    })
  })

  it('says why it cannot attach', async () => {
    await withTmuxServer(async (tmux) => {
      const attach = (session: string) =>
        ControlClient.attach(tmux.link, { ...tmux, session }).catch((error: unknown) => error)
      expect(await attach('a')).to.have.property('kind', 'unreachable')
      tmux.run('-f', '/dev/null', 'new-session', '-d', '-s', 'ab', 'cat')
      expect(await attach('a'))
        .to.have.property('message')
        .that.contains("can't find session")
    })
  })

  it('creates a session as its first command', async () => {
    await withTmuxServer(async (tmux) => {
      const argv = [
        tmux.tmux,
        '-u',
        '-L',
        tmux.socket,
        '-f',
        '/dev/null',
        '-C',
        'new-session',
        '-s',
        'n',
        'cat',
      ]
      const client = await ControlClient.open(tmux.link, argv)
      expect((await client.command(['display-message', '-p', '#{session_name}'])).body.toString()).to.equal(
        'n',
      )
      await client.command(['kill-server']).catch(() => {})
      expect(['exit', 'lost']).to.include((await client.closed).cause)
    })
  })
})

describe('withTmuxServer', () => {
  it('refuses a socket outside its own directory', () => {
    expect(() => assertInside('/tmp/orc-tmux-x', '/tmp')).to.throw('refusing')
    expect(() => assertInside('/tmp', '/tmp')).to.throw('refusing')
  })
})
