import { expect } from 'chai'
import { killLayout, runWithKills, withRunRig } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'

/** RUNS=n: how many runs, one after the other. */
const RUNS = Number(process.env['RUNS'] ?? 1)

describe('a run of 20 tasks whose daemon is killed 25 times', function () {
  needsSshd(this)
  this.timeout(300_000)

  for (let run = 1; run <= RUNS; run++) {
    // From kills in the middle of deliveries to kills in the middle of work.
    for (const withinMs of [400, 1500]) {
      it(`does every task once, killed at most ${withinMs} ms after it came back (${run})`, async () => {
        await withRunRig(2, async (rig) => {
          const layout = rig.orchestra.write('kill.yaml', killLayout(rig, 'killed', 20, 4))
          const { problems } = await runWithKills(rig.orchestra, {
            session: 'killed',
            layout,
            tasks: Array.from({ length: 20 }, (_, i) => `T${i}`),
            ledgers: rig.ledgers,
            kills: 25,
            withinMs,
            timeoutMs: 240_000,
          })
          expect(problems).to.deep.equal([])
        })
      })
    }
  }
})
