import { expect } from 'chai'
import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { sha256 } from '../../../../lib/core/text/sha256.js'

describe('sha256', () => {
  const nodes = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')

  it('is that of the standard', () => {
    expect(sha256('abc')).to.equal('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    expect(sha256('')).to.equal('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })

  it('is that of Node, at every length around a block and for any text', () => {
    for (let length = 0; length < 200; length += 1)
      expect(sha256('é'.repeat(length)), `${length}`).to.equal(nodes('é'.repeat(length)))
    const anyText = fc.string({ unit: 'binary', maxLength: 300 })
    fc.assert(fc.property(anyText, (text) => sha256(text) === nodes(text)))
  })
})
