/** E6: calls of every port fail, before or after their effect. Afterwards all is as if nothing had been: each task once. */
import { expect } from 'chai'
import { inTurns, PORTS, runWithFailures } from '../support/failing-ports.js'

/** Again and again: primes, so that every kind of call has its turn. */
const EVERY = { transport: 7, tmux: 11, store: 5, files: 2 } as const
/** Once: while it starts, while tasks are given out, when they end. All of them: spec/campaign/nth-call. */
const AT = { transport: [4, 14], tmux: [9, 60], store: [11, 17, 25], files: [3] } as const

const CASES = PORTS.flatMap((port) => [
  { port, at: 3, every: EVERY[port], name: `${port}, again and again from call 3 on` },
  ...AT[port].map((at) => ({ port, at, every: 0, name: `${port}, call ${at} alone` })),
])

describe('a port that fails', function () {
  this.timeout(300_000)
  let runs: ReturnType<typeof runWithFailures>[] = []
  before(() => {
    runs = inTurns(
      CASES.map(
        ({ port, at, every }) =>
          () =>
            runWithFailures(port, { at, every }),
      ),
    )
  })

  CASES.forEach(({ name }, i) => {
    it(`${name}: every task is done once, and nothing is unhandled`, async () => {
      const done = await runs[i]
      expect(done?.failures, 'no call failed').not.to.deep.equal([])
    })
  })
})
