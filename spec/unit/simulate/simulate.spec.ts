import { expect } from 'chai'
import type { RunEvent } from '../../../lib/core/run/events.js'
import { decide } from '../../../lib/core/run/decide.js'
import { JOURNAL_FORMAT } from '../../../lib/core/run/journal/format.js'
import { decodeState, encodeState, sameState } from '../../../lib/core/run/journal/snapshot.js'
import { initialState, reduce } from '../../../lib/core/run/reduce.js'
import { dryRun } from '../../../lib/simulate/dry-run.js'
import { NO_FAULTS, ROUGH_WEATHER } from '../../../lib/simulate/faults.js'
import { sayState } from '../../../lib/simulate/invariants.js'
import { layoutOf } from '../../../lib/simulate/layout-of.js'
import { randomLayout } from '../../../lib/simulate/random-layout.js'
import { simulate } from '../../../lib/simulate/simulate.js'
import { wideLayout } from '../../../lib/simulate/wide-layout.js'
import { level6Layout } from './level6.js'

describe('simulate', function () {
  this.timeout(120_000)

  it('keeps every invariant through crashes, losses, doubles, reboots and limits: 200 seeds', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const layout = randomLayout(seed)
      const { violations } = simulate({ layout, seed, faults: ROUGH_WEATHER })
      expect(violations, `npx tsx scripts/simulate.ts --seed ${seed}`).to.deep.equal([])
    }
  })

  // A job that began between a reboot and its discovery would be worked on twice.
  it('keeps every invariant with the seeds that once broke one', () => {
    for (const seed of [231]) {
      const { violations } = simulate({ layout: randomLayout(seed), seed, faults: ROUGH_WEATHER })
      expect(violations).to.deep.equal([])
    }
  })

  it('notices a run that does not come to its end', () => {
    const layout = layoutOf({ agents: { A: {} }, tasks: { a: {} } })
    const { violations } = simulate({ layout, durations: () => 1e9, limitMs: 1000 })
    expect(violations[0]).to.match(/^I12 .*a IN_PROGRESS/)
  })

  it('gives the same run for the same seed', () => {
    const run = () => simulate({ layout: randomLayout(5), seed: 5, faults: ROUGH_WEATHER }).events
    expect(JSON.stringify(run())).to.equal(JSON.stringify(run()))
  })

  it('leads to the same state when its journal comes twice', () => {
    const { events, state } = simulate({ layout: randomLayout(8), seed: 8 })
    const doubled = initialState()
    for (const event of events) {
      reduce(doubled, event)
      if (event.type !== 'layout.applied') reduce(doubled, JSON.parse(JSON.stringify(event)) as RunEvent)
    }
    expect(sayState(doubled)).to.equal(sayState(state))
  })

  it('leads to the same state and the same decisions from a snapshot anywhere in its journal', () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      const { events, state } = simulate({ layout: randomLayout(seed), seed, faults: ROUGH_WEATHER })
      for (let part = 1; part < 8; part += 1) {
        const cut = Math.floor((events.length * part) / 8)
        const before = initialState()
        for (const event of events.slice(0, cut)) reduce(before, event)
        const restored = decodeState(encodeState(before), JOURNAL_FORMAT)
        if (typeof restored === 'string') throw new Error(restored)
        const at = events[cut]?.at ?? 0
        expect(decide(restored, at), `seed ${seed}, event ${cut}`).to.deep.equal(decide(before, at))
        for (const event of events.slice(cut)) reduce(restored, event)
        expect(sameState(restored, state), `seed ${seed}, from event ${cut}`).to.equal(true)
      }
    }
  })

  it('needs exactly the critical path for the fifteen tasks of level 6', () => {
    const { makespan, violations, state } = simulate({ layout: level6Layout() })
    expect(violations).to.deep.equal([])
    expect([...state.tasks.values()].every((task) => task.status === 'COMPLETED')).to.equal(true)
    const plan = dryRun(level6Layout())
    expect(makespan).to.equal(72_000)
    expect(plan.criticalPath.lengthMs).to.equal(72_000)
    expect(plan).to.deep.include({ expectedMakespanMs: 72_000, lowerBoundMs: 72_000 })
    expect(plan.waves.map((wave) => wave.length)).to.deep.equal([1, 3, 2, 3, 2, 2, 1, 1])
    expect(plan.schedule).to.have.length(15)
  })

  it('one worker alone needs the sum, many need the longest task', () => {
    const tasks = { a: { estimateMs: 3000 }, b: { estimateMs: 5000 }, c: { estimateMs: 7000 } }
    const layout = layoutOf({ tasks })
    expect(simulate({ layout, workers: 1 }).makespan).to.equal(15_000)
    expect(simulate({ layout, workers: 5 }).makespan).to.equal(7000)
  })

  it('is within 5 % of the lower bound with 10,000 tasks and 1,000 agents', () => {
    const { expectedMakespanMs, lowerBoundMs } = dryRun(wideLayout({ tasks: 10_000, agents: 1000 }))
    expect(expectedMakespanMs / lowerBoundMs).to.be.within(1, 1.05)
  })

  it('plans 5,000 tasks in a chain, and 5,000 with one that fails first', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 5000 }, (_, n) => [`t${n}`, { needs: n === 0 ? [] : [`t${n - 1}`] }]),
    )
    const layout = layoutOf({ agents: { A: {} }, tasks: chain })
    expect(dryRun(layout)).to.deep.include({ expectedMakespanMs: 5000 * 60_000, lowerBoundMs: 5000 * 60_000 })
    const faults = { ...NO_FAULTS, until: 120_000, taskFails: 1 }
    const { state, violations } = simulate({ layout, faults, check: false })
    expect(violations).to.deep.equal([])
    expect(state.tasks.get('t4999' as never)).to.deep.include({
      status: 'BLOCKED',
      reason: 'needs t4998, which is BLOCKED: t0 FAILED: attempt 1 failed: the agent reported fail',
    })
  })
})
