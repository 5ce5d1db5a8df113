import { expect } from 'chai'
import type { RunEvent } from '../../../../lib/core/run/events.js'
import { initialState } from '../../../../lib/core/run/reduce.js'
import type { Logger } from '../../../../lib/daemon/kernel/log.js'
import { Loop } from '../../../../lib/daemon/kernel/loop.js'
import { PERSON } from '../../../support/principals.js'

const observation: RunEvent = { type: 'noted', at: 1, subject: 'CG-1', text: 'seen' }
const fact: RunEvent = { type: 'run.started', at: 2, by: PERSON }

describe('Loop', () => {
  let journal: RunEvent[]
  let writes: (readonly RunEvent[])[]
  let told: [number, string][]
  let full: boolean
  let loop: Loop

  beforeEach(() => {
    journal = []
    writes = []
    told = []
    full = false
    loop = new Loop({
      state: initialState(),
      store: {
        append: (events) => {
          if (full) throw new Error('no space')
          writes.push(events)
          return journal.push(...events)
        },
        get lastSeq() {
          return journal.length
        },
        durable: () => null,
        settled: () => null,
        problem: null,
      },
      reduce: (state) => state,
      decide: () => ({ actions: [], wakeAt: null }),
      perform: () => Promise.resolve(),
      now: () => 0,
      log: { warn: () => undefined } as unknown as Logger,
      onEvent: (seq, event) => told.push([seq, event.type]),
      onLost: () => undefined,
    })
  })
  afterEach(() => loop.stop())

  it('tells an observation at once, and writes it before the next event that counts', () => {
    loop.dispatch(observation)
    expect([told, journal]).to.deep.equal([[[1, 'noted']], []])
    loop.dispatch(fact)
    expect(told).to.deep.equal([
      [1, 'noted'],
      [2, 'run.started'],
    ])
    expect(journal).to.deep.equal([observation, fact])
  })

  it('writes together what is gathered in a turn, without what is not wanted any more', async () => {
    let wanted = true
    const gathered = [fact, observation, fact].map((event, i) =>
      loop.gather(() => (i < 2 || wanted ? event : null)),
    )
    wanted = false
    expect(journal).to.deep.equal([])
    expect(await Promise.all(gathered)).to.deep.equal([true, true, false])
    expect(writes).to.deep.equal([[fact, observation]])
    expect(await loop.gather(() => null)).to.equal(false)
    expect(writes).to.have.length(1)
    full = true
    const refused = [fact, fact].map((event) => loop.gather(() => event).catch(String))
    expect(await Promise.all(refused)).to.deep.equal(['Error: no space', 'Error: no space'])
  })

  it('keeps what the store did not take, under the same number', () => {
    full = true
    loop.dispatch(observation)
    loop.writeObservations()
    expect(() => loop.dispatch(fact)).to.throw('no space')
    full = false
    loop.dispatch(fact)
    expect(journal).to.deep.equal([observation, fact])
    expect(told.map(([seq]) => seq)).to.deep.equal([1, 2])
  })
})
