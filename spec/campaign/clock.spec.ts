/** E28: the wall clock of the daemon jumps forth and back by an hour, while tasks run and wait (libfaketime). */
import { expect } from 'chai'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { finishedTasks, killLayout, withRunRig, onceProblems } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'

const LIBRARY = ['/usr/lib', ...readdirSync('/usr/lib').map((dir) => `/usr/lib/${dir}`)]
  .map((dir) => join(dir, 'faketime/libfaketimeMT.so.1'))
  .find((file) => existsSync(file))

describe('a clock that jumps', function () {
  needsSshd(this)
  this.timeout(120_000)

  it('changes nothing but what is shown: every task once, at the first attempt', async function () {
    if (LIBRARY === undefined) return this.skip()
    await withRunRig(1, async (rig) => {
      const { orchestra, ledgers } = rig
      const file = join(orchestra.dir, 'fake-time')
      writeFileSync(file, '+0')
      const env = {
        LD_PRELOAD: LIBRARY,
        FAKETIME_TIMESTAMP_FILE: file,
        FAKETIME_NO_CACHE: '1',
        DONT_FAKE_MONOTONIC: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      }
      const layout = orchestra.write('clock.yaml', killLayout(rig, 'clock', 12, 2))
      const { code, stderr } = await orchestra.run(['up', layout, '-d', '--wait', '--run'], { env })
      expect(code, stderr).to.equal(0)
      const daemon = orchestra.daemonPid('clock') ?? 0
      expect(readFileSync(`/proc/${daemon}/maps`, 'utf8')).to.include('libfaketime')
      let jumps = 0
      const over = new AbortController()
      const jumper = (async () => {
        for (; !over.signal.aborted; jumps++) {
          writeFileSync(file, ['+3600', '-3600', '+0', '-86400'][jumps % 4] ?? '+0')
          await new Promise((resolve) => setTimeout(resolve, 700))
        }
      })()
      const tasks = await finishedTasks(orchestra, 90_000).finally(() => over.abort())
      await jumper
      console.log(`E28: ${jumps} jumps by an hour or a day; ${tasks.length} tasks, each once`)
      expect(onceProblems(tasks, ledgers)).to.deep.equal([])
    })
  })
})
