import { join } from 'node:path'
import { userInfo } from 'node:os'
import { expect } from 'chai'
import { isServerThere } from '../../../lib/tmux/is-server-there.js'
import { eventually } from '../../support/eventually.js'
import { withTmuxServer } from '../../support/tmux.js'

describe('isServerThere', () => {
  it('is not misled by the socket of a server that ended', () =>
    withTmuxServer(async (sandbox) => {
      const socket = join(sandbox.dir, `tmux-${userInfo().uid}`, sandbox.socket)
      expect(await isServerThere(socket)).to.equal(false)
      sandbox.run('-f', '/dev/null', 'new-session', '-d', '-s', 'mine')
      expect(await isServerThere(socket)).to.equal(true)
      expect(sandbox.run('list-sessions', '-F', '#{session_name}')).to.equal('mine\n')
      sandbox.run('kill-server')
      await eventually(async () => expect(await isServerThere(socket)).to.equal(false))
    }))
})
