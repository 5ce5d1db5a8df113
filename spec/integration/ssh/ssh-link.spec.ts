import { expect } from 'chai'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { putFile, readFiles } from '../../../lib/exec/host-files.js'
import { probeHost } from '../../../lib/exec/probe-host.js'
import { Shell } from '../../../lib/exec/shell.js'
import type { SshLink } from '../../../lib/ssh/ssh-link.js'
import { eventually } from '../../support/eventually.js'
import { failureOf, reaches, startLink, stopLinks } from '../../support/ssh-links.js'
import { makeTestClient, needsSshd, startSshd, withSshd } from '../../support/sshd.js'
import type { TestClient, TestSshd } from '../../support/sshd.js'

describe('SshLink', function () {
  needsSshd(this)
  let client: TestClient
  let sshd: TestSshd
  let link: SshLink

  before(async () => {
    client = makeTestClient()
    sshd = await startSshd({ client })
  })
  beforeEach(async () => {
    link = startLink(sshd.target, client)
    await reaches(link, 'up')
  })
  afterEach(stopLinks)
  after(async () => {
    await sshd.stop()
    client.remove()
  })

  it('measures the round trip', async () => {
    await eventually(() => link.rttMs !== null)
    expect(link.rttMs).to.be.within(0, 1000)
  })

  it('holds a process: bytes in, bytes out, exit status, arguments untouched', async () => {
    const cat = await link.hold(['cat'])
    cat.stdin.end('日本\n')
    expect(await text(cat.stdout)).to.equal('日本\n')
    expect(await cat.closed).to.deep.equal({ exitCode: 0, signal: null })
    const words = ['a b', "it's", '$HOME', '`id`', '\\', '!', '', 'x\ny', '~']
    const print = await link.hold(['printf', '%s|', ...words])
    expect(await text(print.stdout)).to.equal(`${words.slice(0, -1).join('|')}|${sshd.home}|`)
    const fails = await link.hold(['sh', '-c', 'exit 9'])
    fails.stdout.resume()
    expect((await fails.closed).exitCode).to.equal(9)
  })

  it('knows how a program ended that was over before we could look', async () => {
    // All that the server says comes in one go to whoever is busy.
    const busy = setInterval(() => {
      const until = performance.now() + 30
      while (performance.now() < until);
    }, 5)
    try {
      for (let i = 0; i < 5; i += 1) {
        const fails = await link.hold(['sh', '-c', 'exit 9'])
        fails.stdout.resume()
        expect((await fails.closed).exitCode).to.equal(9)
      }
    } finally {
      clearInterval(busy)
    }
  })

  it('runs the shell, its files and its probe as locally', async () => {
    const shell = new Shell(link)
    expect((await shell.must('pwd')).toString()).to.equal(`${sshd.home}\n`)
    await putFile(shell, '~/a/file', Buffer.alloc(300_000, 7), 0o600)
    const [file] = await readFiles(shell, ['~/a/file'], 400_000)
    expect(file?.kind === 'file' && file.bytes.equals(Buffer.alloc(300_000, 7))).to.equal(true)
    const { facts } = await probeHost(shell)
    expect(facts).to.include({ home: sshd.home, uname: 'Linux' })
    const cut = await failureOf(shell.run('yes', { maxBytes: 200_000 }))
    expect(cut.details['reason']).to.equal('output_limit')
    const late = await failureOf(shell.run('echo $$ >pid; sleep 1000', { timeoutMs: 300 }))
    expect(late.details).to.include({ reason: 'deadline', delivered: 'unknown' })
    await eventually(async () => {
      const { exitCode } = await shell.run('kill -0 "$(cat pid)"')
      expect(exitCode).not.to.equal(0)
    })
  })

  it('keeps characters whole that the network cuts', async () => {
    const shell = new Shell(link)
    const script = 'i=0; while [ $i -lt 20000 ]; do echo 日本語の絵文字🎼; i=$((i+1)); done'
    const stdout = await shell.must(script, { maxBytes: 2 << 20 })
    expect(stdout.toString('utf8')).to.equal('日本語の絵文字🎼\n'.repeat(20_000))
  })

  it('is not stalled by 5 MB on stderr', async () => {
    const held = await link.hold(['sh', '-c', 'head -c 5000000 /dev/zero >&2; echo done'])
    expect(await text(held.stdout)).to.equal('done\n')
    expect((await held.closed).exitCode).to.equal(0)
    expect(held.stderrTail()).to.have.lengthOf(4096)
  })

  it('reaches a UNIX socket, more of them than channels are allowed', async () => {
    const path = join(sshd.dir, 'socket')
    const server = createServer((socket) => socket.pipe(socket))
    await new Promise<void>((resolve) => server.listen(path, resolve))
    const echoes = Array.from({ length: 12 }, async (_, index) => {
      const stream = await link.forward(path)
      stream.end(`hello ${index}`)
      return text(stream)
    })
    expect(await Promise.all(echoes)).to.deep.equal(echoes.map((_, index) => `hello ${index}`))
    server.close()
    const error = await failureOf(link.forward(join(sshd.dir, 'nobody')))
    expect(error.kind).to.equal('failed')
    expect(link.state.status).to.equal('up')
  })

  it('has room for one more beside the control client and both shells', async () => {
    const control = await link.hold(['cat'])
    const shell = new Shell(link)
    await Promise.all([shell.run('true'), shell.run('true', { lane: 'bulk' })])
    const more = await link.hold(['echo', 'more'])
    expect(await text(more.stdout)).to.equal('more\n')
    control.kill()
    shell.dispose()
  })

  it('has four channels open at most, and gives each to the next one', async () => {
    const most = { open: 0, ever: 0 }
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const held = await link.hold(['sh', '-c', `echo ${index}; read x; sleep 0.01`])
        most.ever = Math.max(most.ever, ++most.open)
        held.stdin.end('\n')
        const answer = await text(held.stdout)
        most.open--
        await held.closed
        return answer.trim()
      }),
    )
    expect(answers).to.deep.equal(answers.map((_, index) => String(index)))
    expect(most.ever).to.be.within(2, 4)
  })

  it('is not confused by what rc files print', async () => {
    writeFileSync(join(sshd.home, '.bashrc'), 'echo noise from bashrc; echo more >&2\n')
    const held = await link.hold(['echo', 'clean'])
    writeFileSync(join(sshd.home, '.bashrc'), '')
    expect(await text(held.stdout)).to.equal('clean\n')
  })

  it('does not take a link that was lost for a login shell that does not start sh', async () => {
    const began = join(sshd.home, 'began')
    writeFileSync(join(sshd.home, '.bashrc'), 'touch ~/began; sleep 1000\n')
    const failure = failureOf(link.hold(['true']))
    await eventually(() => existsSync(began))
    writeFileSync(join(sshd.home, '.bashrc'), '')
    await link.stop()
    const { kind, details } = await failure
    expect({ kind, ...details }).to.deep.equal({ kind: 'unreachable', delivered: 'unknown', reason: 'lost' })
  })

  it('ends its processes when it stops', async () => {
    const shell = new Shell(link)
    const running = failureOf(shell.run('echo $$ >pid2; sleep 1000'))
    const other = startLink(sshd.target, client)
    await reaches(other, 'up')
    const shell2 = new Shell(other)
    await eventually(async () => expect((await shell2.run('test -s pid2')).exitCode).to.equal(0))
    await link.stop()
    expect((await running).details['delivered']).to.equal('unknown')
    await eventually(async () => {
      const { exitCode } = await shell2.run('kill -0 "$(cat pid2)"')
      expect(exitCode).not.to.equal(0)
    })
    expect((await failureOf(link.hold(['true']))).kind).to.equal('unreachable')
  })

  it('lives with an sshd that allows two sessions', async () => {
    await withSshd({ client, config: ['MaxSessions 2'] }, async (strict) => {
      const narrow = startLink(strict.target, client)
      await reaches(narrow, 'up')
      const control = await narrow.hold(['cat'])
      const shell = new Shell(narrow)
      const lanes = [shell.run('echo quick'), shell.run('echo bulk', { lane: 'bulk' })]
      const answers = (await Promise.all(lanes)).map(({ stdout }) => stdout.toString())
      expect(answers).to.deep.equal(['quick\n', 'bulk\n'])
      const error = await failureOf(narrow.hold(['true']))
      expect(error.details['reason']).to.equal('channel_limit')
      control.kill()
      await control.closed
      const next = await narrow.hold(['echo', 'free'])
      expect(await text(next.stdout)).to.equal('free\n')
    })
  })

  it('names an sshd that allows one session, and does not wait for another', async () => {
    await withSshd({ client, config: ['MaxSessions 1'] }, async (strict) => {
      const narrow = startLink(strict.target, client)
      await reaches(narrow, 'up')
      const only = await narrow.hold(['cat'])
      // The sshd of this connection says so once; from then on it is known.
      await failureOf(narrow.hold(['true']))
      const since = performance.now()
      const error = await failureOf(narrow.hold(['true']))
      expect(error.message).to.equal('its sshd allows only one session on a connection')
      expect(error.hint).to.include('MaxSessions')
      expect(performance.now() - since).to.be.below(4000)
      only.kill()
    })
  })

  it('waits for a place that is being given back, and does not take it for one fewer', async () => {
    await withSshd({ client, config: ['MaxSessions 2'] }, async (strict) => {
      const narrow = startLink(strict.target, client)
      await reaches(narrow, 'up')
      const other = await narrow.hold(['cat'])
      for (let times = 0; times < 60; times++) {
        const one = await narrow.hold(['cat'])
        one.kill()
        await one.closed
      }
      other.kill()
    })
  })

  it('names an account that may not run commands', async () => {
    await withSshd({ client, config: ['ForceCommand /bin/echo no shell for you'] }, async (strict) => {
      const narrow = startLink(strict.target, client)
      await reaches(narrow, 'up')
      const error = await failureOf(narrow.hold(['true']))
      expect(error.message).to.contain('no shell for you')
      expect(error.hint).to.be.a('string')
    })
  })
})
