import { expect } from 'chai'
import { previewLayout } from '../../../../lib/core/run/preview-layout.js'
import { schedule } from '../../../../lib/core/phases/schedule.js'
import { randomLayout } from '../../../../lib/simulate/random-layout.js'
import { simulate } from '../../../../lib/simulate/simulate.js'

const AS_ESTIMATED = { now: 0, factor: () => 1 }

describe('the schedule of what is left', function () {
  this.timeout(60_000)

  it('gives each task to the same worker at the same millisecond as the run itself: 300 random layouts', () => {
    const apart: string[] = []
    let compared = 0
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = randomLayout(seed)
      // A look whether work is there already takes a turn of its own, in which somebody else may be given the agent.
      const layout = { ...random, tasks: random.tasks.map((task) => ({ ...task, whenAlreadyDone: null })) }
      const { state } = simulate({ layout, check: false })
      // Workers of a phase may leave a task to nobody.
      if ([...state.tasks.values()].some(({ status }) => status !== 'COMPLETED')) continue
      const { slots } = schedule(previewLayout(null, layout, 0), AS_ESTIMATED)
      const planned = slots.map(({ task, worker, startAt }) => `${task} ${worker ?? 'job'} ${startAt}`)
      const began = [...state.attempts.values()].map(
        ({ task, agent, startedAt }) => `${task} ${agent ?? 'job'} ${startedAt - (state.startedAt ?? 0)}`,
      )
      compared += 1
      if (planned.toSorted().join() === began.toSorted().join()) continue
      apart.push(`${seed} with ${layout.gates.length} gates`)
      // A gate that opens takes a turn of its own, too.
      expect(layout.gates, `seed ${seed}`).to.not.deep.equal([])
    }
    expect(compared).to.be.above(250)
    expect(apart.length, apart.join('\n')).to.be.at.most(16)
  })
})
