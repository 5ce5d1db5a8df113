/**
 * E6, whole: a small run is counted, then made again for every N: the N-th call of that port fails, before its effect
 * and, where an answer can be lost, after it. NTH_STEP=5: every fifth N.
 */
import { expect } from 'chai'
import { inTurns, PORTS, runWithFailures, type Failing } from '../support/failing-ports.js'

const STEP = Number(process.env['NTH_STEP'] ?? 1)
const HOWS = {
  transport: ['before', 'after'],
  tmux: ['before', 'after'],
  store: ['before'],
  files: ['before'],
} as const

describe('the N-th call of a port fails', function () {
  this.timeout(3_600_000)

  for (const port of PORTS) {
    it(`${port}: whatever N is, every task is done once, at its first attempt`, async () => {
      const plain = await runWithFailures(port, { at: 0 })
      const places = Array.from({ length: Math.ceil(plain.calls / STEP) }, (_, i) => 1 + i * STEP)
      const cases: Failing[] = HOWS[port].flatMap((how) => places.map((at) => ({ at, how })))
      const problems: string[] = []
      let failed = 0
      const slow: number[] = []
      await Promise.all(
        inTurns(cases.map((failing) => () => runWithFailures(port, failing))).map((run, i) =>
          run.then(
            ({ failures, seconds }) => {
              failed += failures.length
              slow.push(seconds)
            },
            (error: unknown) => {
              const { at, how } = cases[i] ?? { at: 0 }
              problems.push(`call ${at} (${how}): ${String(error)}`)
            },
          ),
        ),
      )
      slow.sort((a, b) => a - b)
      console.log(
        `E6: ${port}: ${plain.calls} calls, ${cases.length} runs in which one of them failed ${HOWS[port].join(' or ')} its effect, ${failed} failures met, ${problems.length} problems; ` +
          `a run ${plain.seconds.toFixed(1)} s without, median ${(slow[Math.floor(slow.length / 2)] ?? 0).toFixed(1)} s and at most ${(slow.at(-1) ?? 0).toFixed(1)} s with a failure`,
      )
      expect(problems.join('\n')).to.equal('')
      expect(failed).to.be.greaterThan(cases.length / 2)
    })
  }
})
