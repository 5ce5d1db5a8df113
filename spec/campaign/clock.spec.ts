/**
 * E28: the wall clock of the daemon jumps forth and back by an hour, while tasks run and wait (libfaketime).
 * E67: it was a day wrong, and is put right while no daemon runs.
 */
import { expect } from 'chai'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withOrchestra } from '../support/orchestra.js'
import { endProcess } from '../support/processes.js'
import { finishedTasks, killLayout, withRunRig, onceProblems } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'

const LIBRARY = ['/usr/lib', ...readdirSync('/usr/lib').map((dir) => `/usr/lib/${dir}`)]
  .map((dir) => join(dir, 'faketime/libfaketimeMT.so.1'))
  .find((file) => existsSync(file))

function fakeTime(library: string, file: string): Record<string, string> {
  return {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    DONT_FAKE_MONOTONIC: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
}

describe('a clock that jumps', function () {
  needsSshd(this)
  this.timeout(120_000)

  it('changes nothing but what is shown: every task once, at the first attempt', async function () {
    if (LIBRARY === undefined) return this.skip()
    await withRunRig(1, async (rig) => {
      const { orchestra, ledgers } = rig
      const file = join(orchestra.dir, 'fake-time')
      writeFileSync(file, '+0')
      const env = fakeTime(LIBRARY ?? '', file)
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

describe('a clock that is put right over a restart', function () {
  this.timeout(120_000)

  for (const wrong of ['+1d', '-1d']) {
    it(`leaves a retry, a time-out and a long task their length: it was ${wrong}`, async function () {
      if (LIBRARY === undefined) return this.skip()
      await withOrchestra(async (orchestra) => {
        const file = join(orchestra.dir, 'fake-time')
        writeFileSync(file, wrong)
        const once = join(orchestra.dir, 'once')
        const layout = orchestra.write(
          'clock.yaml',
          `version: 1
session: clock
agents: { A: { type: command, command: [cat] } }
tasks:
  flaky: { type: command, machine: local, command: "test -e ${once} || { touch ${once}; exit 3; }", retry: { attempts: 3, delay: 8s, backoff: 1 } }
  slow: { type: command, machine: local, command: "sleep 300", timeout: 12s }
  long: { type: command, machine: local, command: "sleep 300", timeout: 10m }
`,
        )
        const env = fakeTime(LIBRARY ?? '', file)
        const { code, stderr } = await orchestra.run(['up', layout, '-d', '--run'], { env })
        expect(code, stderr).to.equal(0)
        await orchestra.untilStatus(({ tasks }) => {
          expect(tasks.find(({ id }) => id === 'flaky')?.reason).to.include('tried again')
        })
        endProcess(orchestra.daemonPid('clock') ?? 0)
        await orchestra.ok('up', layout, '-d')
        const since = performance.now()
        await orchestra.untilStatus(({ tasks }) => {
          const word = (id: string) => tasks.find((task) => task.id === id)?.status
          expect([word('flaky'), word('slow'), word('long')]).to.deep.equal([
            'COMPLETED',
            'FAILED',
            'IN_PROGRESS',
          ])
        }, 30_000)
        console.log(
          `E67: a clock of ${wrong} put right: all as it was to be after ${((performance.now() - since) / 1000).toFixed(0)} s`,
        )
      })
    })
  }
})
