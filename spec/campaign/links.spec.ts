/** E20, E59: links to an sshd that allows little, and through a machine that goes away. */
import { expect } from 'chai'
import { reaches, startLink, stopLinks } from '../support/ssh-links.js'
import { makeTestClient, needsSshd, startSshd } from '../support/sshd.js'
import { eventually } from '../support/eventually.js'

describe('links', function () {
  needsSshd(this)
  this.timeout(120_000)
  afterEach(stopLinks)

  it('forty of them at once come up, where sshd turns half of the newcomers away', async () => {
    const client = makeTestClient()
    const sshd = await startSshd({ client, config: ['MaxStartups 2:50:5', 'MaxSessions 2'] })
    try {
      const since = performance.now()
      const links = Array.from({ length: 40 }, () => startLink(sshd.target, client))
      let refused = 0
      for (const link of links) link.onChange((state) => (refused += state.status === 'down' ? 1 : 0))
      await eventually(() => {
        expect(links.filter((link) => link.state.status !== 'up').map((link) => link.state)).to.deep.equal([])
      }, 90_000)
      const seconds = (performance.now() - since) / 1000
      console.log(`E20: 40 links up in ${seconds.toFixed(1)} s after ${refused} refusals`)
    } finally {
      await stopLinks()
      await sshd.stop()
      client.remove()
    }
  })

  it('through two jump hosts, one after the other, come back whichever of them dies', async () => {
    const client = makeTestClient()
    const far = await startSshd({ client })
    const hops = [await startSshd({ client }), await startSshd({ client })] as const
    try {
      const [near, middle] = hops
      const link = startLink({ ...far.target, jump: { ...middle.target, jump: near.target } }, client)
      await reaches(link, 'up')
      for (const hop of hops) {
        await hop.halt()
        await reaches(link, 'down')
        await hop.start()
        await reaches(link, 'up')
      }
      console.log('E59: a chain of two jump hosts: up again after the death of the first, and of the second')
      await near.restart({ newHostKey: true })
      expect((await reaches(link, 'failed')).reason).to.match(/key/i)
    } finally {
      await stopLinks()
      for (const sshd of [...hops, far]) await sshd.stop()
      client.remove()
    }
  })

  it('through a jump host that dies come back with it, and not when it comes back with another key', async () => {
    const client = makeTestClient()
    const far = await startSshd({ client })
    const jump = await startSshd({ client })
    try {
      const link = startLink({ ...far.target, jump: jump.target }, client)
      await reaches(link, 'up')
      await jump.halt()
      await reaches(link, 'down')
      await jump.start()
      const since = performance.now()
      await reaches(link, 'up')
      console.log(`E59: up ${((performance.now() - since) / 1000).toFixed(1)} s after the jump host`)
      await jump.restart({ newHostKey: true })
      const failed = await reaches(link, 'failed')
      expect(failed.reason).to.match(/key/i)
    } finally {
      await stopLinks()
      await jump.stop()
      await far.stop()
      client.remove()
    }
  })
})
