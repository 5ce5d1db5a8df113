/** Random crises: nobody is told of a cause twice, no cause is lost, and a run that stands still says why. */
import { expect } from 'chai'
import { causesNow } from '../../../lib/core/escalation/causes.js'
import type { LayerId } from '../../../lib/core/ids.js'
import type { Layout } from '../../../lib/core/layout/model.js'
import { decide } from '../../../lib/core/run/decide.js'
import type { Plan } from '../../../lib/core/run/decide/plan.js'
import { indexOf } from '../../../lib/core/run/index/index-run.js'
import type { RunState } from '../../../lib/core/run/state.js'
import { NO_FAULTS, ROUGH_WEATHER, type Faults } from '../../../lib/simulate/faults.js'
import { Random } from '../../../lib/simulate/random.js'
import { randomLayout } from '../../../lib/simulate/random-layout.js'
import { simulate, type Simulation } from '../../../lib/simulate/simulate.js'

const layer = (id: string) => id as LayerId
const MIN = 60_000

function crisisLayout(seed: number): Layout {
  const layout = randomLayout(seed)
  return {
    ...layout,
    layers: ['L0', 'L1', 'L2'].map((id) => ({ id: layer(id), name: id })),
    machines: layout.machines.map((machine) => ({
      ...machine,
      layer: layer(machine.kind === 'local' ? 'L1' : 'L2'),
    })),
    escalation: [
      { layer: layer('L2'), to: ['A1', 'notify'], afterMs: 2 * MIN },
      { layer: layer('L1'), to: ['plan'], afterMs: 5 * MIN },
      { layer: layer('L0'), to: ['notify', 'github'], afterMs: null },
    ],
  }
}

function crisis(seed: number): Simulation {
  const random = new Random(seed * 31 + 7)
  const faults: Faults = {
    ...(random.chance(0.5)
      ? ROUGH_WEATHER
      : { ...NO_FAULTS, until: 300_000, daemonCrashEvery: 20_000, maxDelayMs: 2000 }),
    taskFails: random.next() * 0.6,
    taskBlocked: random.next() * 0.2,
    limitEvery: random.between(10_000, 200_000),
  }
  return simulate({
    layout: crisisLayout(seed),
    seed,
    faults,
    limitMs: faults.until + 20 * MIN,
    approver: () => (random.chance(0.4) ? null : random.between(0, 6 * MIN)),
    acks: () => (random.chance(0.3) ? random.between(0, 4 * MIN) : null),
  })
}

/** What holds the run up as it stands in the end. */
function present(state: RunState, now: number) {
  const plan: Plan = { state, index: indexOf(state), now, actions: [], wakeAt: null, zone: () => 'UTC' }
  return causesNow(plan)
}

describe('200 random crises', function () {
  this.timeout(120_000)

  it('tell no cause twice, lose none, and name every deadlock', () => {
    let told = 0
    let stood = 0
    let uncertain = 0
    for (let seed = 1; seed <= 200; seed += 1) {
      const { state, events, violations, told: heard } = crisis(seed)
      const say = `seed ${seed}`
      // A run that nobody lets through does not end: that is what has to be named.
      expect(
        violations.filter((text) => !text.startsWith('I12')),
        say,
      ).to.deep.equal([])
      const end = events.at(-1)?.at ?? 0
      const open = [...state.escalations.values()].filter(({ closedAt }) => closedAt === null)
      const known = new Set(open.map(({ key }) => key))
      for (const { key } of present(state, end)) expect(known, `${say}: ${key}`).to.include(key)
      const isOver = state.phase === 'finished' || decide(state, end).actions.length > 0
      if (!isOver && indexOf(state).liveAttempts.size === 0) {
        stood += 1
        expect(open, `${say}: nothing moves`).to.not.deep.equal([])
      }
      for (const one of open) {
        expect(one.text.issue, say).to.not.equal('')
        // Nobody took it on: the top of the ladder has it.
        if (one.ackedAt === null) expect(one.told.at(-1)?.layer, `${say}: ${one.key}`).to.equal('L0')
      }
      told += heard.length
      uncertain += [...state.escalations.values()]
        .flatMap(({ deliveries }) => deliveries)
        .filter((d) => d.state === 'uncertain').length
    }
    expect(told).to.be.greaterThan(500)
    expect(stood).to.be.greaterThan(5)
    expect(uncertain).to.be.greaterThan(5)
  })
})
