/** E51: LINES lines of output from one agent, its result in the middle; memory and the time to an answer all the while. */
import { expect } from 'chai'
import { daemonMeter } from '../support/daemon-meter.js'
import { withOrchestra } from '../support/orchestra.js'

const LINES = Number(process.env['LINES'] ?? 10_000_000)

describe('an agent that prints without end', function () {
  this.timeout(600_000)

  it('completes its task, and the daemon stays small and answers', async () => {
    await withOrchestra(async (orchestra) => {
      const half = Math.floor(LINES / 2)
      const program = orchestra.write(
        'flood.sh',
        `echo ready
while IFS= read -r line; do
  seq -f 'a line of output, number %.0f' ${half}
  orchestra-report done 'in the middle'
  seq -f 'a line of output, number %.0f' ${half}
  touch ${orchestra.dir}/printed
done
`,
      )
      const layout = orchestra.write(
        'flood.yaml',
        `version: 1
session: flood
machines: { here: { kind: local } }
agents:
  LOUD: { type: command, command: [sh, ${program}], role: loud }
  QUIET: { type: demo, role: quiet }
tasks:
  loud: { title: print, role: loud, timeout: 1h }
  quiet: { title: beside it, role: quiet, estimate: 1s }
`,
      )
      await orchestra.ok('up', layout, '-d', '--wait')
      const meter = daemonMeter(orchestra, 'flood')
      const base = meter.rss()
      await orchestra.ok('run')
      const since = performance.now()
      const pings: number[] = []
      let most = base
      const { existsSync } = await import('node:fs')
      while (!existsSync(`${orchestra.dir}/printed`) && performance.now() - since < 500_000) {
        pings.push(await meter.ping())
        most = Math.max(most, meter.rss())
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      const seconds = (performance.now() - since) / 1000
      const status = await orchestra.untilStatus((found) => {
        expect(found.run.phase).to.equal('finished')
        return found
      }, 60_000)
      pings.sort((a, b) => a - b)
      const at = (part: number) => (pings[Math.floor((pings.length - 1) * part)] ?? 0).toFixed(0)
      console.log(
        `E51: ${LINES} lines in ${seconds.toFixed(0)} s: memory ${base.toFixed(0)} → at most ${most.toFixed(0)} MB; answers to ${pings.length} pings: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, longest ${at(1)} ms`,
      )
      expect(existsSync(`${orchestra.dir}/printed`), 'it did not come to its end').to.equal(true)
      expect(status.tasks.map(({ id, status: word, attempts }) => `${id} ${word} ${attempts}`)).to.deep.equal(
        ['loud COMPLETED 1', 'quiet COMPLETED 1'],
      )
      expect(most).to.be.lessThan(base + 100)
    })
  })
})
