import { expect } from 'chai'
import { Shell } from '../../../lib/exec/shell.js'
import { makeTestNetwork, whyNoNetns } from '../../support/netns.js'
import { failureOf, reaches, startLink, stopLinks } from '../../support/ssh-links.js'
import { makeTestClient, needsSshd, startSshd, withSshd } from '../../support/sshd.js'
import { startTcpProxy } from '../../support/tcp-proxy.js'

describe('a lost link', function () {
  needsSshd(this)
  afterEach(stopLinks)

  it('is found when the host freezes, long before the system would, and comes back with it', async () => {
    await withSshd({}, async (sshd, client) => {
      const link = startLink(sshd.target, client)
      await reaches(link, 'up')
      const shell = new Shell(link)
      await shell.must('true')
      sshd.freeze()
      const error = await failureOf(shell.run('true', { timeoutMs: 20_000 }))
      expect(error.details).to.include({ delivered: 'unknown', reason: 'lost' })
      sshd.thaw()
      await reaches(link, 'up')
      expect((await shell.must('echo back')).toString()).to.equal('back\n')
    })
  })

  it('is tried again at once, then every second, until sshd is there again', async () => {
    await withSshd({}, async (sshd, client) => {
      const link = startLink(sshd.target, client)
      await reaches(link, 'up')
      const attempts: number[] = []
      link.onChange((state) => state.status === 'connecting' && attempts.push(performance.now()))
      await sshd.halt()
      const down = await reaches(link, 'down')
      expect(down.reason).to.be.a('string').and.not.equal('')
      const waited = await new Promise((resolve) => {
        const unsubscribe = link.onChange(() => attempts.length === 3 && (unsubscribe(), resolve(true)))
      })
      expect(waited).to.equal(true)
      const gaps = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0))
      for (const gap of gaps) expect(gap).to.be.at.least(950)
      await sshd.start()
      await reaches(link, 'up')
    })
  })

  it('does not lose the outcome of a command that was cut off on the way', async () => {
    await withSshd({}, async (sshd, client) => {
      const proxy = await startTcpProxy({ port: sshd.port })
      try {
        const known = `[127.0.0.1]:${proxy.port} ${sshd.hostKey}\n`
        const { appendFileSync } = await import('node:fs')
        appendFileSync(client.knownHosts, known)
        const link = startLink({ ...sshd.target, port: proxy.port }, client)
        await reaches(link, 'up')
        const shell = new Shell(link)
        await shell.must('true')
        proxy.cutAfter(40)
        const error = await failureOf(shell.run('echo ran >ran'))
        expect(error.details['delivered']).to.equal('unknown')
        proxy.cutAfter(null)
        await reaches(link, 'up')
        expect((await shell.must('echo back')).toString()).to.equal('back\n')
      } finally {
        await proxy.stop()
      }
    })
  })

  it('survives an sshd whose every connection is killed', async () => {
    await withSshd({}, async (sshd, client) => {
      const link = startLink(sshd.target, client)
      await reaches(link, 'up')
      const held = await link.hold(['cat'])
      held.stdout.resume()
      sshd.dropConnections()
      expect(await held.closed).to.deep.equal({ exitCode: null, signal: null })
      // Writing after the loss must not throw.
      held.stdin.write('late')
      held.kill()
      await reaches(link, 'down', 'connecting')
      await reaches(link, 'up')
    })
  })

  describe('behind a cable', function () {
    const why = whyNoNetns()
    if (why !== null) {
      console.log(`SKIPPED, NOT TESTED: ${this.fullTitle()}: ${why}`)
      this.pending = true
    }

    it('is found when the cable is pulled, and is up again once it is back', async () => {
      const network = makeTestNetwork()
      const client = makeTestClient()
      try {
        const sshd = await startSshd({ client, address: network.address, prefix: network.prefix, port: 22 })
        try {
          const link = startLink(sshd.target, client)
          await reaches(link, 'up')
          for (const pull of [() => network.cut(), () => network.blackhole(true)]) {
            pull()
            await reaches(link, 'down')
            await failureOf(link.hold(['true']))
            network.mend()
            if (pull.toString().includes('blackhole')) network.blackhole(false)
            await reaches(link, 'up')
          }
        } finally {
          await sshd.stop()
        }
      } finally {
        network.remove()
        client.remove()
      }
    })
  })
})
