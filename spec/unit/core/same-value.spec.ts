import { expect } from 'chai'
import { sameValue } from '../../../lib/core/same-value.js'

describe('sameValue', () => {
  it('looks through the order of keys, not of items', () => {
    expect(sameValue({ a: [1, { b: 2, c: null }] }, { a: [1, { c: null, b: 2 }] })).to.equal(true)
    expect(sameValue([1, 2], [2, 1])).to.equal(false)
  })

  it('tells apart what is absent, null, empty and something else', () => {
    for (const [a, b] of [
      [{ a: null }, {}],
      [{ a: undefined }, { b: undefined }],
      [[], {}],
      [null, {}],
      ['1', 1],
      [{ a: 1 }, { a: 1, b: 1 }],
    ])
      expect(sameValue(a, b), JSON.stringify([a, b])).to.equal(false)
  })
})
