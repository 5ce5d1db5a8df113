/** A second `up`: what was wrong before is told only if it still is, and an agent that was moved is told where it belongs. */
import { expect } from 'chai'
import { appendFileSync } from 'node:fs'
import { Orchestra } from '../support/orchestra.js'
import { makeTestClient, needsSshd, startSshd, type TestClient, type TestSshd } from '../support/sshd.js'

describe('up, once more', function () {
  needsSshd(this)
  let client: TestClient
  let sshd: TestSshd
  let o: Orchestra

  before(async () => {
    client = makeTestClient()
    sshd = await startSshd({ client, known: false })
    o = new Orchestra({ home: client.home })
    o.grounds.push(sshd.dir)
  })
  after(async () => {
    await o?.close()
    await sshd?.stop()
    client?.remove()
  })

  it('waits for the new try of a machine that was away, and names the home of what was moved', async () => {
    const { address, port, user } = sshd
    const path = o.write(
      'orchestra.yaml',
      `version: 1
session: again
machines:
  here: { kind: local }
  there: { kind: ssh, host: ${address}, port: ${port}, user: ${user}, on_unreachable: local }
agents:
  moved: { type: demo, machine: there }
windows:
  - { name: All, agents: [moved] }
`,
    )
    await o.ok('up', path, '-d')
    await o.untilStatus((doc) =>
      expect(doc.machines.find(({ id }) => id === 'there')?.state).to.equal('offline'),
    )
    await o.untilStatus((doc) =>
      expect(doc.agents[0]).to.include({ machine: 'here', home: 'there', state: 'idle' }),
    )
    const still = await o.run(['up', path, '-d'])
    expect(still.stderr).to.match(/warning: there is offline: .*host key/)

    appendFileSync(client.knownHosts, `[${address}]:${port} ${sshd.hostKey}\n`)
    const mended = await o.run(['up', path, '-d'])
    expect(mended.code).to.equal(0)
    expect(mended.stderr).not.to.include('offline')
    expect(mended.stderr).to.include('moved is alive on here, at home on there; `orchestra restart moved`')
    const doc = await o.untilStatus((now) =>
      now.agents[0]?.reason?.includes('at home') === true ? now : false,
    )
    expect(doc).to.not.equal(false)
    expect(await o.ok('plan', path)).to.match(
      /^= leave agent moved on here \(alive on here, at home on there; /m,
    )
    await o.ok('restart', 'moved')
    await o.untilStatus((now) =>
      expect(now.agents[0]).to.include({ machine: 'there', state: 'idle', reason: null }),
    )
    expect(await o.ok('plan', path)).to.match(/^= leave agent moved on there$/m)
  })
})
