import { expect } from 'chai'
import { trackLook } from '../../../../lib/core/status/looks.js'
import type { Verdict } from '../../../../lib/core/status/match-screen.js'
import { isSameEnd, isSameText } from '../../../../lib/core/status/steady-text.js'

describe('a text that counts', () => {
  it('is the same with another count', () => {
    for (const [a, b] of [
      ['API error · retrying in 6s', 'API error · retrying in 5s'],
      ['API error · retrying in 1m 2s', 'API error · retrying in 59s'],
      ['Overloaded [retrying in 3s attempt #3]', 'Overloaded [retrying attempt #4]'],
      ['Reconnecting... 1/5 (12s)', 'Reconnecting... 2/5 (3s)'],
      ['retrying in 4 seconds · attempt 2/10', 'retrying in 12 seconds · attempt 3/10'],
    ])
      expect(isSameText(a ?? '', b ?? ''), a).to.equal(true)
  })

  it('is another with other words or figures', () => {
    expect(isSameText('rm build-1', 'rm build-2')).to.equal(false)
    expect(isSameText('API Error: 500', 'API Error: 529')).to.equal(false)
    expect(isSameText('resets at 3:15 PM', 'resets at 4:15 PM')).to.equal(false)
    expect(isSameText(null, 'x')).to.equal(false)
  })

  it('ends at the same moment, read a moment later', () => {
    expect(isSameEnd(1000, 1900)).to.equal(true)
    expect(isSameEnd(1000, 100_000)).to.equal(false)
    expect(isSameEnd(null, 1000)).to.equal(false)
  })

  it('keeps the end of a limit that counts down', () => {
    const verdict = (text: string, until: number): Verdict => ({
      state: 'limited',
      confidence: 0.9,
      rule: 'r',
      evidence: 'screen',
      text,
      promptId: null,
      until,
      screenId: 'x',
      conversationId: 'c',
    })
    const first = trackLook(null, verdict('limit · resets in 90s', 190_000), 100_000)
    expect(trackLook(first, verdict('limit · resets in 89s', 189_900), 101_000).verdict.until).to.equal(
      190_000,
    )
    expect(trackLook(first, verdict('limit · resets in 2h', 7_301_000), 101_000).verdict.until).to.equal(
      7_301_000,
    )
  })
})
