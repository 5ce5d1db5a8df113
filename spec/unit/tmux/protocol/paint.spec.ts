import { expect } from 'chai'
import { cellWidth } from '../../../../lib/tmux/protocol/cell-width.js'
import { decodeOctal } from '../../../../lib/tmux/protocol/notifications.js'
import {
  clipSign,
  paintBytes,
  parseSnapshot,
  shownFrom,
  SNAPSHOT_COMMANDS,
} from '../../../../lib/tmux/protocol/paint.js'
import { cutLine, standaloneLines } from '../../../../lib/tmux/protocol/styled-lines.js'

const E = '\x1b'
const state = '%3 10 2 4 1 1 0 1 0 0 0 0 1 0 0 0 0 0 0 4294967295 4294967295 0 the title'
const replies = (head: string, screen: string, saved = '', pending = '') =>
  [head, saved, pending, screen].map((text) => Buffer.from(text))

describe('parseSnapshot', () => {
  it('reads state, screen and title', () => {
    const snapshot = parseSnapshot('%3', replies(state, 'one\ntwo'))
    expect(snapshot).to.deep.include({
      cols: 10,
      rows: 2,
      title: 'the title',
      lines: ['one', 'two'],
      saved: null,
    })
    expect(snapshot?.cursor).to.deep.equal({ x: 4, y: 1, visible: true })
  })

  it('does not take the answer for another pane', () => {
    expect(parseSnapshot('%4', replies(state, 'one\ntwo'))).to.equal(undefined)
    expect(parseSnapshot('%3', replies('', ''))).to.equal(undefined)
    expect(parseSnapshot('%3', [])).to.equal(undefined)
  })

  it('tells history from screen', () => {
    const snapshot = parseSnapshot('%3', replies(state.replace(' 0 the', ' 5 the'), 'h1\nh2\none\ntwo'))
    expect(snapshot?.history).to.deep.equal(['h1', 'h2'])
    expect(snapshot?.lines).to.deep.equal(['one', 'two'])
  })

  it('asks by pane id only', () => {
    for (const argv of SNAPSHOT_COMMANDS('%3', 100)) expect(argv.slice(argv.indexOf('-t'))[1]).to.equal('%3')
  })
})

describe('paintBytes', () => {
  const paint = (head: string, screen: string, saved = '') => {
    const snapshot = parseSnapshot('%3', replies(head, screen, saved))
    return snapshot === undefined ? '' : paintBytes(snapshot).toString()
  }

  it('leaves the alternate screen before the reset, and ends at the cursor', () => {
    const text = paint(state, 'one\ntwo')
    expect(text.startsWith(`${E}[?1049l${E}c`)).to.equal(true)
    expect(text).to.contain('one\r\ntwo')
    expect(text.endsWith(`${E}[2;5H`)).to.equal(true)
  })

  it('paints the saved screen first when the program uses the alternate one', () => {
    const text = paint(state.replace('0 4294967295 4294967295', '1 2 0'), 'alt\nx', 'main\ny')
    expect(text.indexOf('main')).to.be.lessThan(text.indexOf(`${E}[1;3H${E}[?1049h`))
    expect(text.indexOf('alt')).to.be.greaterThan(text.indexOf(`${E}[?1049h`))
  })

  it('keeps a cursor that waits behind the last column there', () => {
    expect(paint(state.replace('%3 10 2 4 1', '%3 10 2 10 1'), 'one\n0123456789')).to.match(
      /\x1b\[2;1H0123456789$/,
    )
  })

  it('lets a title do nothing', () => {
    expect(paint(state.replace('the title', `a${E}]52;c;eA==\x07b`), 'one\ntwo')).to.contain(
      `${E}]2;a ]52;c;eA== b${E}\\`,
    )
  })
})

describe('styled lines', () => {
  it('carry their own attributes', () => {
    const lines = standaloneLines([
      `a${E}[1;31mb`,
      `c${E}[38;5;9;44md`,
      `${E}[0mx`,
      'y',
      `${E}[32;4:3mz`,
      'q',
    ])
    expect(lines[1]).to.equal(`${E}[1;31mc${E}[38;5;9;44md\x0f${E}[m`)
    expect(lines[2]).to.equal(`${E}[1;38;5;9;44m${E}[0mx\x0f${E}[m`)
    expect(lines[3]).to.equal('y')
    expect(lines[5]).to.equal(`${E}[4:3;32mq\x0f${E}[m`)
  })

  it('are cut by columns, not by characters', () => {
    expect(cutLine('漢字かな', 5)).to.equal('漢字')
    expect(cutLine(`${E}[31mabc${E}[mdef`, 4)).to.equal(`${E}[31mabc${E}[md`)
    expect(cutLine('e\u0301e\u0301e', 2)).to.equal('e\u0301e\u0301')
  })

  it('know narrow, wide and combining characters', () => {
    expect(['a', 'é', '漢', '🙂', '\u0301', '│', 'ﾊ', '✔', '✅'].map(cellWidth)).to.deep.equal([
      1, 1, 2, 2, 0, 1, 1, 1, 2,
    ])
  })
})

describe('decodeOctal', () => {
  it('is the inverse of what tmux writes', () => {
    expect(decodeOctal(Buffer.from('a\\033[3\\134b\\1')).toString()).to.equal(`a${E}[3\\b\\1`)
  })
})

describe('a part of a wider screen', () => {
  const at = (x: number, visible = true) => ({ cols: 80, rows: 24, cursor: { x, y: 0, visible } })
  const snapshotAt = (x: number, cols = 80, rows = 24) => {
    const snapshot = parseSnapshot('%3', replies(state, 'one'))
    if (snapshot === undefined) return expect.fail('no snapshot')
    return { ...snapshot, ...at(x), cols, rows }
  }

  it('is the left one as long as the cursor is in it, else where the cursor is, and never beyond the edge', () => {
    expect([0, 38].map((x) => shownFrom(at(x), 39))).to.deep.equal([0, 0])
    for (let x = 39; x <= 80; x++) {
      const from = shownFrom(at(x), 39)
      expect(from, `${x}`).to.be.greaterThan(0).and.at.most(41)
      expect(Math.min(x, 79) - from, `${x}`).to.be.within(0, 38)
    }
    expect(shownFrom(at(70, false), 39)).to.equal(0)
    expect(shownFrom(at(70), 80)).to.equal(0)
    for (const cols of [1, 2, 3]) expect(shownFrom(at(79), cols)).to.be.within(0, 80 - cols)
  })

  it('is told in the border', () => {
    expect(clipSign(snapshotAt(0), 39, 24)).to.equal('39/80 ›')
    expect(clipSign(snapshotAt(45), 39, 24)).to.equal('‹ 39/80 ›')
    expect(clipSign(snapshotAt(79), 39, 24)).to.equal('‹ 39/80')
    expect(clipSign(snapshotAt(0), 80, 12)).to.equal('12/24 rows')
    expect(clipSign(snapshotAt(0), 80, 24)).to.equal('')
  })

  it('keeps columns in their places from any column on', () => {
    expect(cutLine('abcdef', 3, 2)).to.equal('cde')
    expect(cutLine('漢字漢字', 4, 1)).to.equal(' 字 '.trimEnd())
    expect(cutLine(`${E}[31mabc${E}[32mdef${E}[m`, 2, 3)).to.equal(`${E}[31m${E}[32mde${E}[m`)
    expect(cutLine('ab', 5, 10)).to.equal('')
  })
})
