import { expect } from 'chai'
import fc from 'fast-check'
import { QueryFilter } from '../../../../lib/tmux/protocol/query-filter.js'

const filter = (text: string): string => new QueryFilter().push(Buffer.from(text)).toString()
const show = (text: string) => JSON.stringify(text)

describe('QueryFilter', () => {
  it('takes out questions that a terminal would answer', () => {
    const questions = [
      '\x05', '\x1bZ', '\x1b[c', '\x1b[0c', '\x1b[>c', '\x1b[>0c', '\x1b[=c', '\x1b[5n', '\x1b[6n', '\x1b[?6n',
      '\x1b[?996n', '\x1b[>q', '\x1b[>0q', '\x1b[14t', '\x1b[18t', '\x1b[21t', '\x1b[?2026$p', '\x1b[4$p', '\x1b[?u',
      '\x1b[x', '\x1b]4;1;?\x07', '\x1b]10;?\x1b\\', '\x1b]11;?\x07', '\x1b]52;c;?\x07', '\x1bP$qm\x1b\\',
      '\x1bP+q544e\x1b\\', '\x1b[?1;1;0S', '\x1b[?4m',
    ] // prettier-ignore
    for (const question of questions) {
      expect(filter(`a${question}b`).replace('\x1b\\', ''), show(question)).to.equal('ab')
    }
  })

  it('takes out what acts on the terminal or the view', () => {
    const acts = [
      '\x1b]52;c;aGFsbG8=\x07', '\x1bPtmux;\x1b\x1b]52;c;aGFsbG8=\x07\x1b\\', '\x1bkname\x1b\\', '\x1b_Gq\x1b\\',
      '\x1b^pm\x1b\\', '\x1bXsos\x1b\\', '\x1b]9;note\x07', '\x1b]777;notify;a;b\x07', '\x1b]1337;File=:aaaa\x07',
      '\x1b[8;10;10t', '\x1b[3;0;0t', '\x1b[5i', '\x1bPq#0;2;0;0;0#0~~\x1b\\', '\x1b]7;file://x/\x07',
    ] // prettier-ignore
    for (const act of acts) {
      expect(filter(`a${act}b`).replace('\x1b\\', ''), show(act)).to.equal('ab')
    }
  })

  it('leaves drawing alone', () => {
    const drawing = [
      'plain tëxt 漢字 🙂\r\n', '\x1b[31;1m', '\x1b[38;2;1;2;3m', '\x1b[2J\x1b[H', '\x1b[?1049h', '\x1b[?25l', '\x1b[4 q',
      '\x1b[1;20r', '\x1b(0lqk\x1b(B', '\x1b]2;title\x07', '\x1b]8;;http://x/\x1b\\', '\x1b]11;#000000\x07', '\x1b7\x1b8',
      '\x1b[!p', '\x1b[>4;1m', '\x1b[22;0t', '\x1b[?1000h', '\x1b#8', '\x1b[3J', '\x1b[>1u', '\x1b[?1004h',
    ] // prettier-ignore
    for (const text of drawing) {
      expect(filter(text).replace(/(\x1b\\)+$/, ''), show(text)).to.equal(text.replace(/\x1b\\$/, ''))
    }
  })

  it('keeps bracketed paste on', () => {
    expect(filter('\x1b[?2004l')).to.equal('')
    expect(filter('\x1b[?1049;2004;25h')).to.equal('\x1b[?1049;25h')
    expect(filter('\x1bc')).to.equal('\x1bc\x1b[?2004h')
  })

  it('ends sequences where tmux ends them, so that nothing hides in one', () => {
    // An ESC ends an OSC; a control character inside a CSI is carried out; CAN throws a sequence away.
    expect(filter('\x1b]2;t\x1b[6nb')).to.equal('\x1b]2;t\x1b\\b')
    expect(filter('\x1b]52;c;a\x1b[31mb')).to.equal('\x1b[31mb')
    expect(filter('\x1b[6\r\nn.')).to.equal('\r\n.')
    expect(filter('\x1b[3\x1b[6n.')).to.equal('.')
    expect(filter('\x1b[6\x18n.')).to.equal('n.')
    expect(filter('\x1b[6\x7fn.')).to.equal('.')
    expect(filter('\x1b[6\xe9n.')).to.equal('.')
  })

  it('holds nothing without bound', () => {
    const huge = `\x1b]2;${'x'.repeat(1 << 20)}`
    const one = new QueryFilter()
    expect(one.push(Buffer.from(huge)).length).to.equal(0)
    expect(one.push(Buffer.from('\x07after')).toString()).to.equal('after')
    expect(filter(`\x1b[${'1;'.repeat(5000)}m.`)).to.equal('.')
  })

  it('gives the same bytes however the stream is cut', () => {
    const piece = fc.constantFrom(
      '\x1b', '[', ']', 'P', '\\', '\x07', '6n', '?2004h', '52;c;', '2;', '?', ';', 'c', 'm', 'k', '\x18', '漢', 'a\r\n', '$p', '\x05', '_',
    ) // prettier-ignore
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.array(fc.nat(12), { maxLength: 40 }),
        (pieces, cuts) => {
          const bytes = Buffer.from(pieces.join(''))
          const whole = new QueryFilter().push(bytes)
          const split = new QueryFilter()
          const parts: Buffer[] = []
          let at = 0
          for (const cut of [...cuts, bytes.length]) {
            parts.push(Buffer.from(split.push(bytes.subarray(at, at + cut))))
            at = Math.min(at + cut, bytes.length)
          }
          expect(Buffer.concat(parts)).to.deep.equal(whole)
        },
      ),
      { numRuns: 150 },
    )
  })
})
