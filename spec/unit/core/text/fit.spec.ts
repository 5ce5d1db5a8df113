import { expect } from 'chai'
import fc from 'fast-check'
import { displayWidth } from '../../../../lib/core/text/display-width.js'
import { clip, fit, shorten } from '../../../../lib/core/text/fit.js'
import { safeText } from '../../../../lib/core/text/safe-text.js'
import { wrap } from '../../../../lib/core/text/wrap.js'

describe('fit', () => {
  it('fills and shortens to the column', () => {
    expect(fit('abc', 5)).to.equal('abc  ')
    expect(fit('abc', 5, 'right')).to.equal('  abc')
    expect(fit('abcdef', 5)).to.equal('abcd…')
  })

  it('never cuts a wide character in two', () => {
    expect(clip('日本語', 5)).to.equal('日本')
    expect(shorten('日本語', 5)).to.equal('日本…')
    expect(fit('日本語', 4)).to.equal('日… ')
  })

  it('takes exactly the width asked for, whatever the text', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 })
    fc.assert(
      fc.property(text, fc.nat(40), (raw, width) => {
        expect(displayWidth(fit(safeText(raw), width))).to.equal(width)
      }),
    )
  })
})

describe('wrap', () => {
  it('breaks at spaces, between wide characters, and inside only of too long words', () => {
    expect(wrap('one two three', 8)).to.deep.equal(['one two', 'three'])
    expect(wrap('日本語の長い文', 6)).to.deep.equal(['日本語', 'の長い', '文'])
    expect(wrap('abcdefghij k', 4)).to.deep.equal(['abcd', 'efgh', 'ij k'])
    expect(wrap('', 10)).to.deep.equal([''])
  })

  it('never makes a line too long and loses no character but spaces', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.integer({ min: 2, max: 30 }),
        (raw, width) => {
          const text = safeText(raw)
          const lines = wrap(text, width)
          for (const line of lines) expect(displayWidth(line)).to.be.at.most(width)
          const bare = (s: string) => s.replace(/\s/gu, '')
          expect(bare(lines.join(''))).to.equal(bare(text))
        },
      ),
    )
  })
})
