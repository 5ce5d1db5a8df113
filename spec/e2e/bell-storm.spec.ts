/** A program that rings the bell of a machine in a loop, as anybody there may: it costs nobody else his tasks. */
import { expect } from 'chai'
import { Orchestra } from '../support/orchestra.js'

/** Rings for each name in turn, so many times a second, until it is ended. */
const RINGER = `const fs = require('node:fs')
const { dirname } = require('node:path')
const bell = fs.openSync(dirname(process.env.ORCHESTRA_DIR) + '/bell', fs.constants.O_RDWR | fs.constants.O_NONBLOCK)
const rate = Number(process.argv[2])
const lines = Buffer.from('R A-1\\nR B-1\\nR nobody\\nR A-1\\n'.repeat(Math.max(1, Math.round(rate / 400))))
const every = Math.max(10, 4000 / rate)
setInterval(() => { try { fs.writeSync(bell, lines) } catch (error) { if (error.code !== 'EAGAIN') throw error } }, every)
`

interface EventRow {
  readonly type: string
  readonly text: string
}

describe('a storm of rings', function () {
  this.timeout(120_000)

  for (const rate of [10, 40, 300, 10_000])
    it(`at ${rate} a second loses no task, and each proof counts once`, async () => {
      const orchestra = new Orchestra()
      try {
        orchestra.write('ring.cjs', RINGER)
        const layout = orchestra.write(
          'storm.yaml',
          `version: 1
session: storm
agents:
  A-1: { type: demo, role: a }
  B-1: { type: demo, role: b }
  R-1: { type: command, command: [${process.execPath}, ring.cjs, "${rate}"], role: ring, cwd: "${orchestra.work}" }
tasks:
${['a', 'b'].flatMap((role) => [1, 2].map((n) => `  ${role}${n}: { title: t, role: ${role}, prompt: x, estimate: 1s }`)).join('\n')}
`,
        )
        await orchestra.ok('up', layout, '-d', '--run', '--wait')
        await orchestra.untilStatus(({ tasks }) => {
          expect(tasks.map(({ status, attempt }) => `${status} ${attempt}`)).to.deep.equal(
            Array.from({ length: 4 }, () => 'COMPLETED 1'),
          )
        }, 40_000)
        const events = await orchestra.json<EventRow[]>('events')
        const proofs = events.filter(({ type }) => type === 'attempt.proved').map(({ text }) => text)
        expect(proofs).to.have.length(4)
        expect(new Set(proofs).size).to.equal(4)
        expect(events.length).to.be.lessThan(200)
        expect(orchestra.daemonLog('storm')).to.not.include('too many commands wait')
        await orchestra.ok('down')
      } finally {
        await orchestra.close()
      }
    })
})
