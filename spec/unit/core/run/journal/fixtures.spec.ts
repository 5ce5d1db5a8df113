/** Journals of every format load forever, say what they said, and go on. */
import { expect } from 'chai'
import { decide } from '../../../../../lib/core/run/decide.js'
import { decodeEvent, isProblem } from '../../../../../lib/core/run/journal/decode-event.js'
import { initialState, reduce } from '../../../../../lib/core/run/reduce.js'
import { foldSummary } from '../../../../support/fold-summary.js'
import { journalFixtures, type JournalFixture } from '../../../../support/journal-fixtures.js'
import { PERSON } from '../../../../support/principals.js'

function fold({ events, format }: JournalFixture) {
  const state = initialState()
  for (const [i, text] of events.entries()) {
    const event = decodeEvent(text, format)
    if (isProblem(event)) throw new Error(`event ${i + 1}: ${JSON.stringify(event)}`)
    reduce(state, event)
  }
  return state
}

describe('journals of earlier formats', () => {
  const fixtures = journalFixtures()

  it('are there, from real runs', () => {
    const names = fixtures.map(({ name }) => name)
    expect(names).to.include.members(['v1/local', 'v1/headless', 'v1/two-hosts', 'v1/deeds'])
  })

  for (const fixture of fixtures) {
    it(`${fixture.name} folds to the same state`, () => {
      expect(foldSummary(fold(fixture))).to.deep.equal(fixture.summary)
    })

    it(`${fixture.name} goes on: its layout applies again, and new work would be given out`, () => {
      const state = fold(fixture)
      const { layout } = state
      if (layout === null) throw new Error('no layout')
      const at = 2_000_000_000_000
      reduce(state, { type: 'layout.applied', at, layout, revive: true, by: PERSON })
      reduce(state, { type: 'run.reset', at, by: PERSON })
      for (const machine of state.machines.keys())
        reduce(state, { type: 'machine.changed', at, machine, state: 'online', reason: null })
      const starts = decide(state, at).actions.filter(({ type }) => type === 'agent.start')
      expect(starts).to.have.length(layout.agents.length)
    })
  }
})
