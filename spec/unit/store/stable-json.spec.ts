import { expect } from 'chai'
import { stableJson } from '../../../lib/store/stable-json.js'

describe('stableJson', () => {
  it('writes equal values as equal texts, whatever order they were made in', () => {
    expect(stableJson({ b: 1, a: { d: [2, { f: 1, e: 2 }], c: null } })).to.equal(
      '{"a":{"c":null,"d":[2,{"e":2,"f":1}]},"b":1}',
    )
  })

  it('reads back as the same value', () => {
    const value = { text: 'a\u0000\ud800 日本 "', list: [null, true, 1.5], ['__proto__']: 1 }
    expect(JSON.parse(stableJson(value))).to.deep.equal(value)
  })
})
