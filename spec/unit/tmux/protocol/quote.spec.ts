import { expect } from 'chai'
import fc from 'fast-check'
import { encodeLine, quoteWord } from '../../../../lib/tmux/protocol/quote.js'

/** What tmux's lexer makes of a double-quoted word. */
function unquote(quoted: Buffer): Buffer {
  const text = quoted.toString('latin1')
  if (!text.startsWith('"')) return quoted
  const inner = text
    .slice(1, -1)
    .replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))
  return Buffer.from(inner, 'latin1')
}

describe('quoteWord', () => {
  it('leaves plain words alone', () => {
    expect(quoteWord('new-window').toString()).to.equal('new-window')
  })

  it('leaves no byte that tmux expands, ends a command at or takes for a quote', () => {
    for (const text of ['$HOME', '~/x', '#(touch x)', 'a;', ';', '%if', '{', '}', '\\', '"', '\n', '\x7f'])
      expect(quoteWord(text).toString('latin1').slice(1, -1), text).to.match(/^([\w/() ]|\\[0-7]{3})*$/)
  })

  it('quotes the empty word', () => {
    expect(quoteWord('').toString()).to.equal('""')
  })

  it('refuses NUL', () => {
    expect(() => quoteWord('a\0b')).to.throw('NUL')
  })

  it('is exact for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const clean = Buffer.from(bytes.filter((byte) => byte !== 0))
        expect(unquote(quoteWord(clean)).equals(clean)).to.equal(true)
      }),
      { seed: 1, numRuns: 100 },
    )
  })
})

describe('encodeLine', () => {
  it('joins commands into one line', () => {
    expect(
      encodeLine([
        ['list-panes', '-a'],
        ['set', '@x', 'a b'],
      ]).toString(),
    ).to.equal('list-panes -a ; set "@x" "a b"\n')
  })

  it('says each word as quoteWord does, text and bytes in one line', () => {
    const word = fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 40 }))
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        const clean = words.map((one) =>
          typeof one === 'string' ? one.replaceAll('\0', '') : one.filter((byte) => byte !== 0),
        )
        const expected = clean.map((one) => quoteWord(one).toString('latin1')).join(' ')
        expect(encodeLine([clean]).toString('latin1')).to.equal(`${expected}\n`)
      }),
      { seed: 1, numRuns: 50 },
    )
    expect(() => encodeLine([['a\0b']])).to.throw('NUL')
  })

  it('refuses an empty line, which would detach the client', () => {
    expect(() => encodeLine([])).to.throw('empty')
    expect(() => encodeLine([[]])).to.throw('empty')
  })
})
