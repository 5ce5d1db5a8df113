/** Slow is not broken: what takes its time is waited for, and a failure says which step it was. */
import { expect } from 'chai'
import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { openTcp } from '../../../lib/ssh/open-tcp.js'
import { resolveHost } from '../../../lib/ssh/ssh-config.js'
import { whyNoNetns } from '../../support/netns.js'
import { withOwnNames } from '../../support/slow-names.js'
import { failureOf, reaches, resolvedHost, startLink, stopLinks } from '../../support/ssh-links.js'
import { makeTestClient, needsSshd, withSshd } from '../../support/sshd.js'

describe('a slow way to a host', function () {
  needsSshd(this)
  this.timeout(60_000)
  afterEach(stopLinks)

  it('waits for a Match exec of six seconds, and connects', () =>
    withSshd({}, async (sshd, client) => {
      const config = `Match host slow exec "sleep 6"\n  Port ${sshd.port}\nHost slow\n  HostName ${sshd.address}\n  User ${sshd.user}\n`
      writeFileSync(join(client.home, '.ssh', 'config'), config)
      await reaches(startLink({ host: 'slow', port: null }, client), 'up')
    }))

  it('tries again where a Match exec was killed, and stops at what ssh itself refuses', async () => {
    const client = makeTestClient()
    try {
      const config = (text: string) => writeFileSync(join(client.home, '.ssh', 'config'), text)
      const resolve = () =>
        resolveHost(
          { host: 'm', user: null, port: null, identityFile: null, jump: null },
          { home: client.home, env: client.env },
        )
      // The program's parent, which is ssh itself, ends by a signal: nobody refused anything.
      config('Match exec "kill -KILL $PPID; sleep 1"\n  User a\n')
      expect((await failureOf(resolve())).details['reason']).to.equal('timeout')
      config('NoSuchKey yes\n')
      const refused = await failureOf(resolve())
      expect(refused.details['reason']).to.equal('bad_config')
      expect(refused.hint).to.include('-G m')
    } finally {
      client.remove()
    }
  })

  it('looks a name up that answers at once while others take their time', function () {
    const why = whyNoNetns()
    if (why !== null) this.skip()
    const argv = [process.execPath, '--import=tsx', 'spec/support/slow-lookups.ts']
    const { status, stdout } = withOwnNames(argv, process.env, 'pipe')
    expect(status).to.equal(0)
    // The others need 8 s and more.
    expect(Number(stdout)).to.be.lessThan(5000)
  })

  it('tells the look-up of a name from a connection that nobody answers', async () => {
    const { signal } = new AbortController()
    const unknown = await failureOf(openTcp(resolvedHost('no-such-name.invalid', 22), signal))
    expect(unknown.message).to.match(/^the name no-such-name\.invalid cannot be looked up/)
    // A full backlog: the kernel answers no further SYN.
    const server = createServer()
    await new Promise<void>((done) => server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, done))
    const { port } = server.address() as AddressInfo
    server.close()
    const closed = await failureOf(openTcp(resolvedHost('127.0.0.1', port), signal))
    expect(closed.message).to.equal(`cannot connect to 127.0.0.1:${port}: ECONNREFUSED`)
  })

  it('gives up when it is told to', async () => {
    const giveUp = new AbortController()
    giveUp.abort()
    expect((await failureOf(openTcp(resolvedHost('127.0.0.1', 1), giveUp.signal))).message).to.include(
      'given up',
    )
  })
})
