/** E2: the kill follows what happened on the host by 0 to 40 ms: it is done, and not yet (or just) written down. */
import { expect } from 'chai'
import { existsSync, statSync } from 'node:fs'
import { eventually } from '../support/eventually.js'
import { isAlive } from '../support/processes.js'
import { finishedTasks, killLayout, withRunRig, onceProblems } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'

const TASKS = 16

describe('a daemon that is killed right after something happened', function () {
  needsSshd(this)
  this.timeout(240_000)

  it('has every task done once', async () => {
    await withRunRig(1, async (rig) => {
      const { orchestra, ledgers } = rig
      const [ledger = ''] = ledgers
      const layout = orchestra.write('between.yaml', killLayout(rig, 'between', TASKS, 1))
      await orchestra.ok('up', layout, '-d', '--run')
      let [seen, kills] = [0, 0]
      const over = new AbortController()
      const size = () => (existsSync(ledger) ? statSync(ledger).size : 0)
      const killer = (async () => {
        while (!over.signal.aborted) {
          if (size() === seen) {
            await new Promise((resolve) => setTimeout(resolve, 1))
            continue
          }
          seen = size()
          await new Promise((resolve) => setTimeout(resolve, (kills % 5) * 10))
          const pid = orchestra.daemonPid('between')
          if (pid === undefined || !isAlive(pid)) continue
          process.kill(pid, 'SIGKILL')
          kills += 1
          await eventually(() => !isAlive(pid))
          await orchestra.ok('up', layout, '-d')
        }
      })()
      const tasks = await eventually(() => finishedTasks(orchestra, 180_000), 200_000).finally(() =>
        over.abort(),
      )
      await killer
      console.log(`E2: ${kills} kills, 0 to 40 ms after a line in the ledger`)
      expect(onceProblems(tasks, ledgers)).to.deep.equal([])
    })
  })
})
