import { expect } from 'chai'
import { isQuiet } from '../../../lib/daemon/notifier.js'

const at = (hours: number, minutes = 0) => new Date(2026, 0, 1, hours, minutes)

describe('quiet hours', () => {
  it('may go over midnight', () => {
    const quiet = { from: 23 * 60, to: 7 * 60 }
    expect([at(23), at(3), at(6, 59)].map((date) => isQuiet({ quiet }, date))).to.deep.equal([
      true,
      true,
      true,
    ])
    expect([at(7), at(12), at(22, 59)].map((date) => isQuiet({ quiet }, date))).to.deep.equal([
      false,
      false,
      false,
    ])
  })

  it('may lie within a day, or not be there', () => {
    expect(isQuiet({ quiet: { from: 60, to: 120 } }, at(1, 30))).to.equal(true)
    expect(isQuiet({ quiet: { from: 60, to: 120 } }, at(2))).to.equal(false)
    expect(isQuiet({ quiet: null }, at(2))).to.equal(false)
  })
})
