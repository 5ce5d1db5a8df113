import { expect } from 'chai'
import { ControlClient } from '../../../lib/tmux/control-client.js'
import { Pulse } from '../../../lib/tmux/pulse.js'
import { eventually } from '../../support/eventually.js'
import { withTmuxServer } from '../../support/tmux.js'

describe('Pulse', () => {
  it('says when a server hangs, and when it goes on, with the same client', () =>
    withTmuxServer(async (sandbox) => {
      const { tmux, socket } = sandbox
      sandbox.run('-f', '/dev/null', 'new-session', '-d', '-s', 'quiet', 'cat')
      const client = await ControlClient.attach(sandbox.link, { tmux, socket, session: 'quiet' })
      const told: boolean[] = []
      new Pulse(client, (answers) => told.push(answers), 100)
      const server = sandbox.serverPid() ?? 0
      for (let round = 1; round <= 2; round++) {
        process.kill(server, 'SIGSTOP')
        await eventually(() => expect(told).to.have.length(2 * round - 1))
        process.kill(server, 'SIGCONT')
        await eventually(() => expect(told).to.have.length(2 * round))
      }
      expect(told).to.deep.equal([false, true, false, true])
      expect(client.isClosed).to.equal(false)
      await client.leave()
    }))

  it('says nothing of one that answers, or of a client that was closed', () =>
    withTmuxServer(async (sandbox) => {
      const { tmux, socket } = sandbox
      sandbox.run('-f', '/dev/null', 'new-session', '-d', '-s', 'quiet', 'cat')
      const client = await ControlClient.attach(sandbox.link, { tmux, socket, session: 'quiet' })
      const told: boolean[] = []
      new Pulse(client, (answers) => told.push(answers), 50)
      const since = client.heardAt
      // It has been asked several times.
      await eventually(() => expect(client.heardAt - since).to.be.greaterThan(200))
      expect(told).to.deep.equal([])
      await client.leave()
      process.kill(sandbox.serverPid() ?? 0, 'SIGKILL')
      await eventually(() => expect(sandbox.serverPid()).to.equal(undefined))
      expect(told).to.deep.equal([])
    }))
})
