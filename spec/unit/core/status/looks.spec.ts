import { expect } from 'chai'
import { keepEnd, trackLook } from '../../../../lib/core/status/looks.js'
import type { Verdict } from '../../../../lib/core/status/match-screen.js'

const limited = (text: string, until: number | null): Verdict => ({
  state: 'limited',
  confidence: 0.9,
  rule: 'x.limited',
  evidence: 'screen',
  text,
  promptId: null,
  screenId: 'x',
  conversationId: 'c',
  until,
})

describe('the end of a limit that stands on the screen', () => {
  it('stays where it was when it is read again', () => {
    const first = trackLook(null, limited('try again at 10:37', 1000), 500)
    expect(trackLook(first, limited('try again at 10:37', 86_401_000), 1000).verdict.until).to.equal(1000)
    expect(trackLook(first, limited('try again at 10:38', 61_000), 1000).verdict.until).to.equal(61_000)
  })

  it('is taken over from the journal, and learnt where nothing was known', () => {
    const seen = limited('in 2h', 9000)
    expect(keepEnd(seen, { state: 'limited', text: 'in 2h', until: 7000 }).until).to.equal(7000)
    expect(keepEnd(seen, { state: 'limited', text: 'in 2h', until: null }).until).to.equal(9000)
    expect(keepEnd(seen, { state: 'error', text: 'in 2h', until: 7000 }).until).to.equal(9000)
    expect(keepEnd(seen, null).until).to.equal(9000)
  })
})
