import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'chai'
import { isGone } from '../../../../lib/cli/daemon/is-gone.js'
import { isAlive } from '../../../../lib/home/is-alive.js'
import { eventually } from '../../../support/eventually.js'

describe('isGone', () => {
  it('is true of a process that has ended, though its parent never looks', async function () {
    if (process.platform !== 'linux') this.skip()
    // The shell becomes a `sleep`, which knows nothing of the child that it had.
    const child = '(while [ "$(cat /proc/$$/comm)" != sleep ]; do sleep 0.01; done)'
    const parent = spawn('sh', ['-c', `${child} & echo $!; exec sleep 1000`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      const [text] = (await once(parent.stdout, 'data')) as [Buffer]
      const pid = Number(text.toString())
      await eventually(() => expect(isGone(pid)).to.equal(true))
      expect(isAlive(pid)).to.equal(true)
      expect(isGone(parent.pid ?? 0)).to.equal(false)
    } finally {
      parent.kill('SIGKILL')
      await once(parent, 'exit')
    }
  })
})
