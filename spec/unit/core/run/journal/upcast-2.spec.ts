import { expect } from 'chai'
import { DAEMON, SOME_PERSON } from '../../../../../lib/core/principal.js'
import { decodeEvent } from '../../../../../lib/core/run/journal/decode-event.js'
import { upcast2 } from '../../../../../lib/core/run/journal/upcast/2.js'
import { journalFixtures } from '../../../../support/journal-fixtures.js'

describe('format 1 → 2', () => {
  it('makes principals of the three words for who acted', () => {
    const by = (word: string) => upcast2({ type: 'run.paused', at: 1, by: word })['by']
    expect(['user', 'daemon', 'agent'].map(by)).to.deep.equal([
      SOME_PERSON,
      DAEMON,
      { kind: 'agent', id: null, via: 'socket' },
    ])
  })

  it('leaves everything else, and an unknown word, which the decoder then names', () => {
    const event = { type: 'run.finished', at: 1 }
    expect(upcast2(event)).to.equal(event)
    expect(decodeEvent('{"type":"run.paused","at":1,"by":"nobody"}', 1)).to.include({
      problem: 'damaged',
      type: 'run.paused',
    })
  })

  it('of a real journal: a person applied the layout, took it down, and answered the gates', () => {
    const deeds = journalFixtures().find(({ name }) => name === 'v1/deeds')
    const events = (deeds?.events ?? []).map(
      (text) => decodeEvent(text, 1) as unknown as Record<string, unknown>,
    )
    for (const type of ['layout.applied', 'gate.answered', 'task.cancel_requested', 'message.queued'])
      expect(
        events.find((event) => event['type'] === type),
        type,
      ).to.deep.include({ by: SOME_PERSON })
    expect(events.find(({ type }) => type === 'gate.answered')).to.deep.include({
      question: [],
      promptId: null,
    })
    expect(events.find(({ type }) => type === 'machine.reset')).to.include({ by: null })
  })
})
