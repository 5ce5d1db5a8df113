import { expect } from 'chai'
import { previewLayout } from '../../../../lib/core/run/preview-layout.js'
import { schedule } from '../../../../lib/core/phases/schedule.js'
import { randomLayout } from '../../../../lib/simulate/random-layout.js'
import { simulate } from '../../../../lib/simulate/simulate.js'

const AS_ESTIMATED = { now: 0, factor: () => 1 }

describe('the schedule of what is left', function () {
  this.timeout(60_000)

  it('ends when the simulator ends, which runs the very decisions: 300 random layouts', () => {
    const apart: string[] = []
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = randomLayout(seed)
      // A look whether work is there already takes a turn of its own, in which somebody else may be given the agent.
      const layout = { ...random, tasks: random.tasks.map((task) => ({ ...task, whenAlreadyDone: null })) }
      const { makespan, state } = simulate({ layout, check: false })
      // Workers of a phase may leave a task to nobody.
      if ([...state.tasks.values()].some(({ status }) => status !== 'COMPLETED')) continue
      const { endAt } = schedule(previewLayout(null, layout, 0), AS_ESTIMATED)
      if (Math.abs(endAt - makespan) > makespan * 0.02) apart.push(`${seed}: ${endAt} for ${makespan}`)
    }
    // A gate that opens takes a turn of its own, too: so few layouts come out otherwise.
    expect(apart.length, apart.join('\n')).to.be.at.most(6)
  })
})
