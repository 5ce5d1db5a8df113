import { expect } from 'chai'
import fc from 'fast-check'
import { retryDelay } from '../../../lib/ssh/retry-delay.js'

describe('retryDelay', () => {
  it('tries at once after a loss, then once a second for a minute', () => {
    expect(retryDelay({ downForMs: 0, sinceAttemptMs: 500_000, random: 0.5 })).to.equal(0)
    expect(retryDelay({ downForMs: 30, sinceAttemptMs: 20, random: 0.5 })).to.equal(980)
    expect(retryDelay({ downForMs: 59_000, sinceAttemptMs: 1500, random: 0.5 })).to.equal(0)
  })

  it('backs off afterwards, with jitter, to half a minute', () => {
    const at = (downForMs: number, random: number) => retryDelay({ downForMs, sinceAttemptMs: 0, random })
    expect(at(60_000, 0)).to.equal(2000)
    expect(at(60_000, 1)).to.equal(4000)
    expect(at(120_000, 1)).to.equal(8000)
    expect(at(86_400_000, 1)).to.equal(30_000)
    expect(at(86_400_000, 0)).to.equal(15_000)
  })

  it('never waits longer than 30 s nor a negative time', () => {
    const time = fc.double({ min: 0, max: 1e12, noNaN: true })
    const random = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(time, time, random, (downForMs, sinceAttemptMs, chance) => {
        const delay = retryDelay({ downForMs, sinceAttemptMs, random: chance })
        return delay >= 0 && delay <= 30_000
      }),
    )
  })
})
