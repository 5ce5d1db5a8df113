import { expect } from 'chai'
import stringWidth from 'string-width'
import { clusters, codePointWidth, displayWidth } from '../../../../lib/core/text/display-width.js'

describe('displayWidth', () => {
  const cases: [string, number][] = [
    ['', 0],
    ['plain', 5],
    ['日本語', 6],
    ['ｱｲｳ', 3],
    ['か\u3099く', 4],
    ['e\u0301', 1],
    ['한글', 4],
    ['\u1112\u1161\u11ab', 2],
    ['🍁', 2],
    ['❤', 1],
    ['❤\ufe0f', 2],
    ['👨\u200d👩\u200d👧', 2],
    ['👍🏽', 2],
    ['🇯🇵🇫🇷', 4],
    ['●◐○✗│─█▏', 8],
    ['１２', 4],
    ['a\u200bb', 2],
    ['\u0007', 0],
  ]
  for (const [text, width] of cases) {
    it(`${JSON.stringify(text)} takes ${width}`, () => expect(displayWidth(text)).to.equal(width))
  }

  it('agrees on every assigned letter, sign and ideograph with a table maintained elsewhere', () => {
    const different: string[] = []
    const isPicture = /^(?=\p{Emoji})(?!\p{Emoji_Presentation})[^0-9#*]$/u
    for (let codePoint = 0x20; codePoint < 0x3fffe; codePoint++) {
      if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue
      const char = String.fromCodePoint(codePoint)
      if (!/^[\p{L}\p{N}\p{P}\p{S}\p{Zs}]$/u.test(char)) continue
      if (isPicture.test(char)) continue
      // Emoji by themselves, Hangul parts and half-width sound marks: there the other table counts clusters, not cells.
      if (
        /^[\u1160-\u11ff\ud7b0-\ud7ff\uff9e\uff9f\u{1f1e6}-\u{1f1ff}\p{Default_Ignorable_Code_Point}]$/u.test(
          char,
        )
      )
        continue
      if (codePointWidth(codePoint) !== stringWidth(char)) different.push(codePoint.toString(16))
    }
    expect(different).to.deep.equal([])
  }).timeout(60_000)

  it('never tears a cluster, and drops marks that stand on nothing', () => {
    expect(clusters('\u0301a\u0301か').map(({ text }) => text)).to.deep.equal(['a\u0301', 'か'])
  })
})
