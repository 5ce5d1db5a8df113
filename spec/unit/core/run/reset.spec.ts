import { expect } from 'chai'
import { reduce } from '../../../../lib/core/run/reduce.js'
import { simulate } from '../../../../lib/simulate/simulate.js'
import { layoutOf } from '../../../../lib/simulate/layout-of.js'
import { PERSON } from '../../../support/principals.js'

describe('run.reset', () => {
  const layout = layoutOf({
    agents: { A: {} },
    tasks: { one: {}, two: { needs: ['one'] } },
  })

  it('makes every task new, and keeps what earlier runs did', () => {
    const { state } = simulate({ layout })
    expect([...state.tasks.values()].map((t) => t.status)).to.deep.equal(['COMPLETED', 'COMPLETED'])
    const attempts = state.attempts.size
    reduce(state, { type: 'run.reset', at: 1e9, by: PERSON })
    expect([...state.tasks.values()].map((t) => t.status)).to.deep.equal(['READY', 'PENDING'])
    expect([state.phase, state.attempts.size]).to.deep.equal(['idle', attempts])
    expect([...state.tasks.values()].map((t) => t.budgetFrom)).to.deep.equal([1, 1])
  })
})
