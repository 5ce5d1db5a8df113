/** KILLS=500 kills with -9 in one run, in KILL_MINUTES at most; says how many it came to. */
import { expect } from 'chai'
import { killLayout, runWithKills, withRunRig } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'

const KILLS = Number(process.env['KILLS'] ?? 500)
const MINUTES = Number(process.env['KILL_MINUTES'] ?? 12)
/** Enough to last until the last kill. */
const TASKS = Number(process.env['KILL_TASKS'] ?? 120)

describe('a run whose daemon is killed without end', function () {
  needsSshd(this)
  this.timeout((MINUTES * 2 + 4) * 60_000)

  it(`does every one of ${TASKS} tasks once`, async () => {
    await withRunRig(2, async (rig) => {
      const layout = rig.orchestra.write('kills.yaml', killLayout(rig, 'kills', TASKS, 2))
      const since = performance.now()
      const { kills, submitted, problems } = await runWithKills(rig.orchestra, {
        session: 'kills',
        layout,
        tasks: Array.from({ length: TASKS }, (_, i) => `T${i}`),
        ledgers: rig.ledgers,
        kills: KILLS,
        withinMs: 300,
        timeoutMs: MINUTES * 60_000,
      })
      const seconds = (performance.now() - since) / 1000
      console.log(
        `E1: ${kills} kills of ${KILLS} in ${seconds.toFixed(0)} s; ${TASKS} tasks and ${submitted} submitted between kills, ${problems.length} problems`,
      )
      expect(problems).to.deep.equal([])
    })
  })
})
