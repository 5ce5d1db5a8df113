import { expect } from 'chai'
import { decide } from '../../../../../lib/core/run/decide.js'
import type { RunEvent } from '../../../../../lib/core/run/events.js'
import { decodeEvent, isProblem } from '../../../../../lib/core/run/journal/decode-event.js'
import { JOURNAL_FORMAT } from '../../../../../lib/core/run/journal/format.js'
import { decodeState, encodeState } from '../../../../../lib/core/run/journal/snapshot.js'
import { initialState, reduce } from '../../../../../lib/core/run/reduce.js'
import type { RunState } from '../../../../../lib/core/run/state.js'
import { journalFixtures } from '../../../../support/journal-fixtures.js'

const LATER = 2_000_000_000_000

function eventsOf(texts: readonly string[], format: number): RunEvent[] {
  return texts.map((text) => {
    const event = decodeEvent(text, format)
    if (isProblem(event)) throw new Error(JSON.stringify(event))
    return event
  })
}

function restored(text: string): RunState {
  const state = decodeState(text, JOURNAL_FORMAT)
  if (typeof state === 'string') throw new Error(state)
  return state
}

describe('a snapshot', () => {
  for (const { name, events: texts, format } of journalFixtures()) {
    it(`anywhere in ${name}: the rest of the journal leads to the same state, and to the same decisions`, () => {
      const events = eventsOf(texts, format)
      const whole = initialState()
      for (const event of events) reduce(whole, event)
      for (let at = 0; at <= events.length; at += 7) {
        const before = initialState()
        for (const event of events.slice(0, at)) reduce(before, event)
        const state = restored(encodeState(before))
        expect(decide(state, LATER), `decisions at ${at}`).to.deep.equal(decide(before, LATER))
        for (const event of events.slice(at)) reduce(state, event)
        expect(encodeState(state), `from ${at}`).to.equal(encodeState(whole))
      }
    })
  }

  const state = initialState()
  for (const event of eventsOf(journalFixtures().find(({ name }) => name === 'v1/deeds')?.events ?? [], 1))
    reduce(state, event)

  it('is refused when a field is not what it must be, when it is cut, and when it is of a newer format', () => {
    const text = encodeState(state)
    const spoiled = JSON.parse(text) as { agents: Record<string, unknown>[] }
    delete spoiled.agents[1]?.['generation']
    expect(decodeState(JSON.stringify(spoiled), JOURNAL_FORMAT)).to.equal(
      'agents[1].generation: number expected, found nothing',
    )
    expect(decodeState(text.slice(0, -5), JOURNAL_FORMAT)).to.be.a('string')
    expect(decodeState(text, JOURNAL_FORMAT + 1)).to.be.a('string')
  })

  it('leaves out what is measured and stands in no journal', () => {
    const [machine] = state.machines.keys()
    if (machine === undefined) throw new Error('no machine')
    reduce(state, { type: 'machine.loaded', at: LATER, machine, load1: 3, cores: 4 })
    expect(restored(encodeState(state)).machines.get(machine)).to.include({ load1: null, cores: null })
  })
})
