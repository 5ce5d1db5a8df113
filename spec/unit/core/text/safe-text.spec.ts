import { expect } from 'chai'
import fc from 'fast-check'
import { safeLines } from '../../../../lib/core/text/safe-lines.js'
import { safeText, spelledText } from '../../../../lib/core/text/safe-text.js'
import { HOSTILE } from './hostile.js'

const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

describe('safeText', () => {
  for (const [name, text] of Object.entries(HOSTILE)) {
    it(`leaves only text of: ${name}`, () => expect(safeText(text)).not.to.match(FORBIDDEN))
  }

  it('takes whole sequences away and keeps the words between them', () => {
    expect(safeText('\x1b]0;owned\x07hello \x1b[31;1mred\x1b[0m \x9b2Jworld\x1b(B')).to.equal(
      'hello red world',
    )
  })

  it('keeps the words after a sequence that never ends', () => {
    expect(safeText('\x1b]52;c;AAAA and then this')).to.equal('52;c;AAAA and then this')
  })

  it('makes one line of several', () => expect(safeText('a\r\n\tb\u2028c')).to.equal('a b c'))

  it('composes what a Mac writes apart, so that terminals agree on its width', () => {
    expect(safeText('か\u3099')).to.equal('が')
  })

  it('leaves Japanese and emoji alone, and takes joiners and selectors', () => {
    expect(safeText('しきるん 🍁 👨\u200d👩 ❤\ufe0f')).to.equal('しきるん 🍁 👨👩 ❤')
  })

  it('stacks at most three marks on a letter', () => {
    expect(safeText(`a${'\u0315'.repeat(50)}b`)).to.equal(`a${'\u0315'.repeat(3)}b`)
  })

  it('holds for anything, and doing it twice changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const safe = safeText(text)
        expect(safe).not.to.match(FORBIDDEN)
        expect(safeText(safe)).to.equal(safe)
      }),
    )
  })
})

describe('safeLines', () => {
  it('cuts at line ends and expands tabs', () => {
    expect(safeLines('a\tb\r\n\x1b[1mc\nd')).to.equal('a       b\nc\nd')
  })
})

describe('spelledText', () => {
  it('hides nothing of what a person approves', () => {
    expect(spelledText('rm x\u202e\x1b[8m -rf /\n')).to.equal('rm x\\u{202e}\\x1b[8m -rf /\\n')
  })
})
