import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { KeyRing } from '../../../lib/ssh/key-ring.js'
import { eventually } from '../../support/eventually.js'
import { reaches, startLink, stopLinks } from '../../support/ssh-links.js'
import { makeTestClient, needsSshd, startSshd, withSshd } from '../../support/sshd.js'

describe('whom an SshLink trusts', function () {
  needsSshd(this)
  afterEach(stopLinks)

  it('refuses an unknown host before it shows any key, and says how to mend it', async () => {
    await withSshd({ known: false }, async (sshd, client) => {
      const link = startLink(sshd.target, client)
      const { reason, hint } = await reaches(link, 'failed')
      expect(reason).to.match(/host key of \[127\.0\.0\.1\]:\d+ is not known: ssh-ed25519 SHA256:/)
      expect(hint).to.contain(`ssh-keyscan -p ${sshd.port} 127.0.0.1 >> ${client.knownHosts}`)
      expect(sshd.log).not.to.contain('publickey')
      sshd.makeKnown()
      link.start()
      await reaches(link, 'up')
    })
  })

  it('refuses a changed key at reconnect and stays there', async () => {
    await withSshd({}, async (sshd, client) => {
      const link = startLink(sshd.target, client)
      await reaches(link, 'up')
      await sshd.restart({ newHostKey: true })
      const { reason, hint } = await reaches(link, 'failed')
      expect(reason).to.contain('HAS CHANGED').and.contain(`${client.knownHosts}:1`)
      expect(hint).to.contain(`ssh-keygen -R '[127.0.0.1]:${sshd.port}'`)
      const connections = () => sshd.log.split('Connection from').length
      const before = connections()
      // Nothing to wait for: it is what must not come, and it would come after a second.
      await new Promise((resolve) => setTimeout(resolve, 1500))
      expect(link.state.status).to.equal('failed')
      expect(connections()).to.equal(before)
    })
  })

  it('knows hashed names, and refuses revoked keys', async () => {
    await withSshd({}, async (sshd, client) => {
      execFileSync('ssh-keygen', ['-q', '-H', '-f', client.knownHosts], { stdio: 'ignore' })
      expect(readFileSync(client.knownHosts, 'utf8')).to.match(/^\|1\|/)
      const link = startLink(sshd.target, client)
      await reaches(link, 'up')
      await link.stop()
      appendFileSync(client.knownHosts, `@revoked * ${sshd.hostKey}\n`)
      link.start()
      expect((await reaches(link, 'failed')).reason).to.contain('revoked')
    })
  })

  it('fails closed when a known_hosts file cannot be read', async () => {
    await withSshd({}, async (sshd, client) => {
      mkdirSync(join(client.home, '.ssh', 'known_hosts2'))
      const link = startLink(sshd.target, client)
      expect((await reaches(link, 'failed')).reason).to.contain('cannot read')
    })
  })

  it('asks a server with several keys for the one it knows', async () => {
    await withSshd({ known: false }, async (sshd, client) => {
      const rsa = join(sshd.dir, 'rsa')
      execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-N', '', '-f', rsa])
      await withSshd({ client, known: false, config: [`HostKey ${rsa}`] }, async (two) => {
        const key = readFileSync(`${rsa}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
        appendFileSync(client.knownHosts, `[127.0.0.1]:${two.port} ${key}\n`)
        await reaches(startLink(two.target, client), 'up')
      })
    })
  })

  it('stops when the key is not accepted', async () => {
    await withSshd({}, async (sshd, client) => {
      writeFileSync(join(sshd.dir, 'authorized_keys'), '')
      const link = startLink(sshd.target, client)
      const { reason, hint } = await reaches(link, 'failed')
      expect(reason).to.contain('did not let us in').and.contain(client.key)
      expect(hint).to.contain(`append ${client.key}.pub to ~/.ssh/authorized_keys`)
    })
  })

  it('stops when there are more keys than the server hears', async () => {
    await withSshd({ config: ['MaxAuthTries 1'] }, async (sshd, client) => {
      writeFileSync(join(sshd.dir, 'authorized_keys'), '')
      for (const name of ['id_ecdsa', 'id_rsa']) {
        execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(client.home, '.ssh', name)])
      }
      const link = startLink(sshd.target, client)
      expect((await reaches(link, 'failed')).reason).to.contain('did not let us in')
    })
  })

  it('asks for a passphrase once, for all links and reconnects', async () => {
    const client = makeTestClient({ passphrase: 'open sesame' })
    try {
      await withSshd({ client }, async (sshd) => {
        const asked: string[] = []
        const keyRing = new KeyRing((path) => {
          asked.push(path)
          return Promise.resolve('open sesame')
        })
        const links = [
          startLink(sshd.target, client, { keyRing }),
          startLink(sshd.target, client, { keyRing }),
        ]
        await Promise.all(links.map((link) => reaches(link, 'up')))
        sshd.dropConnections()
        await Promise.all(links.map((link) => reaches(link, 'down', 'connecting')))
        await Promise.all(links.map((link) => reaches(link, 'up')))
        expect(asked).to.deep.equal([client.key])
        const none = startLink(sshd.target, client)
        const { reason, hint } = await reaches(none, 'failed')
        expect(reason).to.contain('needs its passphrase')
        expect(hint).to.equal(
          `Give the key to the agent: eval "$(ssh-agent)"; ssh-add ${client.key}; then \`orchestra up\` from that shell`,
        )
      })
    } finally {
      client.remove()
    }
  })

  it('uses the ssh-agent, and never forwards it', async () => {
    await withSshd({ config: ['AllowAgentForwarding yes'] }, async (sshd, client) => {
      const socket = join(client.home, 'agent')
      const output = execFileSync('ssh-agent', ['-a', socket], { encoding: 'utf8' })
      const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(output)?.[1])
      try {
        execFileSync('ssh-add', ['-q', client.key], {
          env: { ...client.env, SSH_AUTH_SOCK: socket },
          stdio: 'ignore',
        })
        rmSync(client.key)
        const link = startLink(sshd.target, client, { env: { ...client.env, SSH_AUTH_SOCK: socket } })
        await reaches(link, 'up')
        const held = await link.hold(['sh', '-c', 'echo "[$SSH_AUTH_SOCK]"'])
        let seen = ''
        held.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()))
        await held.closed
        expect(seen).to.equal('[]\n')
      } finally {
        process.kill(pid)
      }
    })
  })

  it('finds host, port, user, key and known_hosts in the configuration', async () => {
    await withSshd({}, async (sshd, client) => {
      const ssh = join(client.home, '.ssh')
      cpSync(client.key, join(ssh, 'other'))
      chmodSync(join(ssh, 'other'), 0o600)
      rmSync(client.key)
      writeFileSync(join(ssh, 'hosts'), `the-host ${sshd.hostKey}\n`)
      rmSync(client.knownHosts)
      writeFileSync(
        join(ssh, 'config'),
        `Host mugen\n HostName 127.0.0.1\n Port ${sshd.port}\n User ${sshd.user}\n IdentityFile ~/.ssh/other\n UserKnownHostsFile ~/.ssh/hosts\n HostKeyAlias the-host\n`,
      )
      await reaches(startLink({ host: 'mugen', port: null }, client), 'up')
      // Without an ssh binary our own reader finds the same.
      await reaches(startLink({ host: 'mugen', port: null }, client, { env: { PATH: '/nonexistent' } }), 'up')
    })
  })

  it('reaches a host through another, with the keys of both checked', async () => {
    const client = makeTestClient()
    const far = await startSshd({ client, env: { WHERE: 'far' } })
    const near = await startSshd({ client })
    try {
      const through = startLink({ ...far.target, jump: `${near.user}@127.0.0.1:${near.port}` }, client)
      await reaches(through, 'up')
      const object = startLink({ ...far.target, jump: near.target }, client)
      await reaches(object, 'up')
      const held = await object.hold(['sh', '-c', 'echo $WHERE'])
      let seen = ''
      held.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()))
      await held.closed
      expect(seen).to.equal('far\n')
      near.dropConnections()
      await reaches(object, 'down', 'connecting')
      await reaches(object, 'up')
      await near.restart({ newHostKey: true })
      expect((await reaches(object, 'failed')).reason).to.contain(`[127.0.0.1]:${near.port} HAS CHANGED`)
    } finally {
      await stopLinks()
      await near.stop()
      await far.stop()
      client.remove()
    }
  })

  it('refuses hosts and users that ssh or a shell would misread', async () => {
    const client = makeTestClient()
    for (const host of ['-oProxyCommand=x', 'a b', 'a;b', '$(x)', '']) {
      const { reason } = await reaches(startLink({ host, port: null }, client), 'failed')
      expect(reason).to.equal(`ssh cannot be given the host ${JSON.stringify(host)}`)
    }
    const { reason } = await reaches(startLink({ host: 'x', port: null, user: '-l' }, client), 'failed')
    expect(reason).to.equal('ssh cannot be given the user "-l"')
    client.remove()
  })

  describe('servers that are none', () => {
    const sockets = new Set<Socket>()
    const serve = async (greet: (socket: Socket) => void) => {
      const server = createServer((socket) => {
        sockets.add(socket)
        socket.on('error', () => undefined)
        socket.resume()
        socket.once('close', () => sockets.delete(socket))
        greet(socket)
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return { server, port: (server.address() as AddressInfo).port }
    }

    it('gives up a silent one at the deadline of the handshake', async () => {
      const client = makeTestClient()
      const { server, port } = await serve(() => undefined)
      const startedAt = performance.now()
      const link = startLink({ host: '127.0.0.1', port }, client)
      const { reason } = await reaches(link, 'down')
      expect(reason).to.contain('in time')
      expect(performance.now() - startedAt).to.be.at.least(9000)
      await link.stop()
      server.close()
      client.remove()
    })

    it('lets go of one that prints garbage without end', async () => {
      const client = makeTestClient()
      const { server, port } = await serve((socket) => {
        const flood = () => {
          while (socket.writable && socket.write('not ssh at all\r\n'.repeat(500)));
        }
        socket.on('drain', flood)
        flood()
      })
      const link = startLink({ host: '127.0.0.1', port }, client)
      const changes: string[] = []
      link.onChange((state) => changes.push(state.status))
      expect((await reaches(link, 'down')).reason).to.be.a('string')
      await link.stop()
      expect(changes.slice(-2)).to.deep.equal(['down', 'idle'])
      await eventually(() => sockets.size === 0)
      server.close()
      client.remove()
    })

    it('tries again when nobody listens', async () => {
      const client = makeTestClient()
      const { server, port } = await serve(() => undefined)
      await new Promise((resolve) => server.close(resolve))
      const link = startLink({ host: '127.0.0.1', port }, client)
      expect((await reaches(link, 'down')).reason).to.contain('ECONNREFUSED')
      client.remove()
    })
  })
})
