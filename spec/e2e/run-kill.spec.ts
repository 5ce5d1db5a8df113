import { expect } from 'chai'
import { join } from 'node:path'
import { killLayout, runWithKills, withRunRig } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'

describe('a run whose daemon is killed again and again', function () {
  needsSshd(this)
  this.timeout(90_000)

  it('does every task once: none twice at a time, none delivered twice', async () => {
    await withRunRig(2, async (rig) => {
      const layout = rig.orchestra.write('kill.yaml', killLayout(rig, 'killed', 12, 1))
      const { problems } = await runWithKills(rig.orchestra, {
        session: 'killed',
        layout,
        tasks: Array.from({ length: 12 }, (_, i) => `T${i}`),
        ledgers: rig.ledgers,
        kills: 8,
        withinMs: 600,
        timeoutMs: 60_000,
      })
      expect(problems, join(rig.orchestra.state, 'sessions')).to.deep.equal([])
    })
  })
})
