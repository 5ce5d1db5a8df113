/** The ssh program as the transport: what ssh2 cannot do, and the same port behind it. */
import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Shell } from '../../../lib/exec/shell.js'
import type { LinkState } from '../../../lib/exec/transport.js'
import { OpensshLink } from '../../../lib/ssh/openssh-link.js'
import type { SshTarget } from '../../../lib/ssh/ssh-target.js'
import { eventually } from '../../support/eventually.js'
import { reaches, startLink, stopLinks } from '../../support/ssh-links.js'
import { needsSshd, startSshd, withSshd, type TestClient, type TestSshd } from '../../support/sshd.js'

describe('OpensshLink', function () {
  needsSshd(this)
  this.timeout(60_000)
  const links = new Set<OpensshLink>()

  const start = (client: TestClient, target: Partial<SshTarget> = {}): OpensshLink => {
    const full: SshTarget = { host: 'm', user: null, port: null, identityFile: null, jump: null, ...target }
    const link = new OpensshLink(full, { home: client.home, env: client.env })
    links.add(link)
    link.start()
    return link
  }
  const until = (link: OpensshLink, status: LinkState['status']) =>
    eventually(() => {
      expect(link.state.status, JSON.stringify(link.state)).to.equal(status)
      return link.state
    }, 20_000)
  const configure = (client: TestClient, { address, port, user }: TestSshd, more: readonly string[] = []) =>
    writeFileSync(
      join(client.home, '.ssh', 'config'),
      [
        'Host m',
        `HostName ${address}`,
        `Port ${port}`,
        `User ${user}`,
        `UserKnownHostsFile ${client.knownHosts}`,
        ...more,
      ].join('\n'),
    )
  const masters = () => readdirSync('/tmp').filter((name) => name.startsWith('orc-ssh.'))

  afterEach(async () => {
    await Promise.all([...links].map((link) => link.stop()))
    links.clear()
    await stopLinks()
  })

  it('runs, holds and forwards as ssh2 does, and leaves nothing', () =>
    withSshd({}, async (sshd, client) => {
      const before = masters()
      configure(client, sshd, [
        'RequestTTY yes',
        'RemoteCommand echo not this',
        'IdentityFile ~/.ssh/none',
        `IdentityFile ${client.key}`,
      ])
      writeFileSync(join(sshd.home, '.bashrc'), 'echo noise of an rc file\n')
      const link = start(client)
      await until(link, 'up')
      await eventually(() => expect(link.rttMs).to.be.within(0, 5000))
      const shell = new Shell(link)
      const { stdout, exitCode } = await shell.run('printf "%s|" "$@"; pwd; cat; exit 7', {
        args: ["it's", '$HOME', 'two\nlines'],
        stdin: Buffer.from([0, 1, 255, 10]),
      })
      expect(exitCode).to.equal(7)
      expect(stdout.subarray(-4)).to.deep.equal(Buffer.from([0, 1, 255, 10]))
      expect(stdout.toString('latin1')).to.equal(`it's|$HOME|two\nlines|${sshd.home}\n\u0000\u0001\u00ff\n`)
      const held = await link.hold(['sh', '-c', 'read line; echo "got $line"; exit 3'])
      const said: Buffer[] = []
      held.stdout.on('data', (chunk: Buffer) => said.push(chunk))
      held.stdin.write('words\n')
      expect(await held.closed).to.deep.equal({ exitCode: 3, signal: null })
      expect(Buffer.concat(said).toString()).to.equal('got words\n')

      const there = join(sshd.home, 'there.sock')
      const server = createServer((socket) => socket.pipe(socket))
      await new Promise<void>((done) => server.listen(there, done))
      const stream = await link.forward(there)
      stream.write('echo')
      expect(
        await new Promise((done) => stream.once('data', (data: Buffer) => done(data.toString()))),
      ).to.equal('echo')
      stream.destroy()
      server.close()
      shell.close()
      await link.stop()
      await eventually(() => expect(masters()).to.deep.equal(before))
    }))

  it('logs in by a certificate and through a ProxyCommand, where ssh2 names the way', () =>
    withSshd({}, async (sshd, client) => {
      const ca = join(client.home, 'ca')
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', ca])
      const trusting = await startSshd({
        client,
        config: [`TrustedUserCAKeys ${ca}.pub`, 'AuthorizedKeysFile none'],
      })
      try {
        const key = join(client.home, '.ssh', 'signed')
        execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
        execFileSync('ssh-keygen', ['-q', '-s', ca, '-I', 'spec', '-n', trusting.user, `${key}.pub`])
        configure(client, trusting, [`IdentityFile ${key}`])
        await until(start(client), 'up')
        const { reason } = await reaches(startLink({ host: 'm', port: null }, client), 'failed')
        expect(reason).to.include('transport: openssh')
      } finally {
        await trusting.stop()
      }
      const proxy = `ProxyCommand nc ${sshd.address} ${sshd.port}`
      configure(client, sshd, [
        `IdentityFile ${client.key}`,
        'HostKeyAlias m',
        proxy.replace('nc', netcat(client)),
      ])
      writeFileSync(client.knownHosts, `m ${sshd.hostKey}\n`)
      await until(start(client), 'up')
      const { hint } = await reaches(startLink({ host: 'm', port: null }, client), 'failed')
      expect(hint).to.include('transport: openssh')
    }))

  it('says what ssh refused, and does not try that again', () =>
    withSshd({ known: false }, async (sshd, client) => {
      configure(client, sshd, [`IdentityFile ${client.key}`])
      const link = start(client)
      expect(await until(link, 'failed')).to.deep.include({ status: 'failed' })
      expect(JSON.stringify(link.state))
        .to.match(/Host key verification failed|No ED25519 host key/)
        .and.include('StrictHostKeyChecking=accept-new')
      sshd.makeKnown()
      link.start()
      await until(link, 'up')
      await link.stop()
      renameSync(client.key, `${client.key}.away`)
      link.start()
      expect(JSON.stringify(await until(link, 'failed'))).to.include('Permission denied')
      mkdirSync(join(client.home, 'x'))
      expect(JSON.stringify(await until(start(client, { host: '-oProxyCommand=x' }), 'failed'))).to.include(
        'cannot be given',
      )
    }))

  it('notices a lost link in seconds, gives no exit status that it does not know, and comes back', () =>
    withSshd({}, async (sshd, client) => {
      configure(client, sshd, [`IdentityFile ${client.key}`])
      const link = start(client)
      await until(link, 'up')
      const own = await link.hold(['sh', '-c', 'exit 255'])
      expect(await own.closed).to.deep.equal({ exitCode: 255, signal: null })
      const held = await link.hold(['sh', '-c', 'cat'])
      sshd.dropConnections()
      await eventually(() => expect(link.state.status).to.not.equal('up'), 10_000)
      expect(await held.closed).to.deep.equal({ exitCode: null, signal: null })
      await until(link, 'up')
      expect((await new Shell(link).must('echo again')).toString()).to.equal('again\n')
    }))
})

/** `nc` is not on every machine: a few lines of Node are. */
function netcat(client: TestClient): string {
  const file = join(client.home, 'nc.cjs')
  if (!existsSync(file))
    writeFileSync(
      file,
      "const s=require('net').connect(+process.argv[3],process.argv[2]);process.stdin.pipe(s);s.pipe(process.stdout)\n",
    )
  return `${process.execPath} ${file}`
}
