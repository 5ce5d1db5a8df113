/** E4: the wire is cut after the N-th byte towards the host, again and again, N swept: whatever was asked happens once. */
import { expect } from 'chai'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { ledgerProblems, readLedgers } from '../support/ledger-agent.js'
import { finishedTasks, killLayout, withRunRig } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'
import { startTcpProxy } from '../support/tcp-proxy.js'

/** From "the command is on its way" to "its answer is", in steps that hit every place of one. */
const FIRST_CUT = Number(process.env['ORCHESTRA_FIRST_CUT'] ?? 150)
const STEP = Number(process.env['ORCHESTRA_CUT_STEP'] ?? 337)
const CUTS = Number(process.env['ORCHESTRA_CUTS'] ?? 5)

describe('a link that is cut in the middle of commands', function () {
  needsSshd(this)
  this.timeout(120_000 + CUTS * 5000)

  it('loses answers, and no task is done twice or not at all', async () => {
    await withRunRig(1, async (rig) => {
      const { orchestra, sshds, ledgers } = rig
      const [sshd] = sshds
      if (sshd === undefined) throw new Error('there is no sshd')
      const proxy = await startTcpProxy({ port: sshd.port })
      let cuts = 0
      const over = new AbortController()
      const isOver = () => over.signal.aborted
      try {
        appendFileSync(
          join(orchestra.env['HOME'] ?? '', '.ssh', 'known_hosts'),
          `[127.0.0.1]:${proxy.port} ${sshd.hostKey}\n`,
        )
        const machines = rig.machines.replace(`port: ${sshd.port}`, `port: ${proxy.port}`)
        const count = CUTS > 8 ? 20 : 8
        const layout = orchestra.write('cut.yaml', killLayout({ ...rig, machines }, 'cut', count, 1))
        await orchestra.ok('up', layout, '-d', '--wait')
        const cutter = (async () => {
          for (; cuts < CUTS && !isOver(); cuts++) {
            await until(() => isOver() || proxy.connections > 0)
            proxy.cutAfter(FIRST_CUT + STEP * cuts)
            await until(() => isOver() || proxy.connections === 0)
            proxy.cutAfter(null)
            await until(() => isOver() || proxy.connections > 0)
          }
        })()
        await orchestra.ok('run')
        const tasks = await finishedTasks(orchestra, 90_000 + CUTS * 4000)
        over.abort()
        await cutter
        expect(tasks.map(({ id, status, attempts }) => `${id} ${status} ${attempts}`)).to.deep.equal(
          tasks.map(({ id }) => `${id} COMPLETED 1`),
        )
        expect(
          ledgerProblems(
            readLedgers(ledgers),
            tasks.map((task) => task.id),
          ),
        ).to.deep.equal([])
        console.log(
          `E4: ${cuts} cuts after ${FIRST_CUT}, ${FIRST_CUT + STEP}, … bytes; ${tasks.length} tasks, each once`,
        )
        expect(cuts).to.be.greaterThan(2)
      } finally {
        over.abort()
        await proxy.stop()
      }
    })
  })
})

async function until(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((resolve) => setTimeout(resolve, 5))
}
