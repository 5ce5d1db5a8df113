import { expect } from 'chai'
import { goesOnByItself, limitPause, namesRateLimit } from '../../../../lib/core/status/limit-pause.js'

describe('a limit that does not say when it ends', () => {
  it('is waited for, each time longer, an hour at most', () => {
    const minutes = (kind: 'usage' | 'rate') => [0, 1, 2, 3, 99].map((n) => limitPause(kind, n) / 60_000)
    expect(minutes('usage')).to.deep.equal([5, 10, 20, 40, 60])
    expect(minutes('rate')).to.deep.equal([1, 2, 4, 8, 60])
  })

  it('is left to the CLI that goes on by itself', () => {
    expect(
      goesOnByItself('Usage limit reached · continuing automatically at 11:04am · esc to cancel'),
    ).to.equal(true)
    expect(goesOnByItself('You’ve hit your usage limit. Try again at 10:44 AM.')).to.equal(false)
  })

  it('is known in the words of an error', () => {
    for (const text of [
      'exceeded retry limit, last status: 429 Too Many Requests',
      'API Error: Request rejected (429) · Rate limit reached for requests per minute.',
    ])
      expect(namesRateLimit(text), text).to.equal(true)
    for (const text of ['API Error: 500 Internal server error', 'unexpected status 401', 'line 4290', null])
      expect(namesRateLimit(text), text ?? 'null').to.equal(false)
  })
})
