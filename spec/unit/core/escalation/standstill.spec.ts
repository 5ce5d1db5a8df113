import { expect } from 'chai'
import { standstill } from '../../../../lib/core/escalation/standstill.js'
import type { MachineId } from '../../../../lib/core/ids.js'
import { decide } from '../../../../lib/core/run/decide.js'
import { Bench } from '../run/bench.js'

describe('a standstill', () => {
  it('is said when work is left, nobody takes it, and no ladder tells it', () => {
    const run = new Bench({
      machines: { here: { maxLoad: 1 } },
      agents: { A: {} },
      tasks: { pg: {}, orm: {} },
    })
    const said = () => standstill(run.state, run.now, () => decide(run.state, run.now))
    expect(said()).to.equal(null)
    run.event({ type: 'machine.loaded', machine: 'here' as MachineId, load1: 9, cores: 1 })
    expect(said()).to.equal(
      'nothing moves: work is left, and nobody takes it; ready, and not taken: pg (any agent), orm (any agent)',
    )
    run.event({ type: 'machine.loaded', machine: 'here' as MachineId, load1: 0, cores: 1 })
    expect(said()).to.equal(null)
  })
})
