import { expect } from 'chai'
import { clusters } from '../../../lib/core/text/display-width.js'
import { span } from '../../../lib/core/view/spans.js'
import { overlay, sliceRow, type Frame, type Row } from '../../../lib/tui/draw/frame.js'
import { monitorFrame } from '../../../lib/tui/draw/monitor-frame.js'
import { FrameWriter } from '../../../lib/tui/screen/frame-writer.js'
import { InputFilter } from '../../../lib/tui/screen/input-filter.js'
import { colorModeOf } from '../../../lib/tui/screen/palette.js'
import { japanese, levelSix, NOW } from '../core/view/sample-status.js'
import { monitorState, press } from './monitor-state.js'

const textOf = (row: Row) => row.map(({ text }) => text).join('')

/** A screen that understands cursor places, SGR (ignored) and text: enough to see what a frame becomes. */
function applied(screen: string[][], bytes: string): void {
  let row = 0
  let col = 0
  for (const part of bytes.split(/(\u001b\[[?\d;]*[A-Za-z])/)) {
    const place = /^\u001b\[(\d+);(\d+)H$/.exec(part)
    if (place !== null) {
      row = Number(place[1]) - 1
      col = Number(place[2]) - 1
    } else if (!part.startsWith('\u001b')) {
      for (const { text, width } of clusters(part)) {
        const line = (screen[row] ??= [])
        line[col] = text
        if (width === 2) line[col + 1] = ''
        col += width
      }
    }
  }
}

describe('FrameWriter', () => {
  const look = { cols: 100, rows: 30, ascii: false, now: NOW, offsetMin: 540 }

  it('leaves on the screen what the frame says, from whatever was there before', () => {
    const writer = new FrameWriter('ansi256')
    const screen: string[][] = []
    const states = [
      monitorState(levelSix()),
      monitorState(japanese()),
      press(monitorState(japanese()), 'jj'),
      press(monitorState(japanese()), '?'),
      press(monitorState(levelSix()), 'v'),
      press(monitorState(japanese()), 'enter'),
    ]
    for (const state of states) {
      const frame = monitorFrame(state, look)
      applied(screen, writer.write(frame))
      expect(screen.map((line) => line.join(''))).to.deep.equal(frame.rows.map(textOf))
    }
  })

  it('writes nothing when nothing changed, and little when little did', () => {
    const writer = new FrameWriter('ansi256')
    const state = monitorState(levelSix())
    const whole = writer.write(monitorFrame(state, look))
    expect(writer.write(monitorFrame({ ...state }, look))).to.equal('')
    const moved = writer.write(monitorFrame(press(state, 'j'), look))
    expect(moved.length).to.be.lessThan(whole.length / 4)
  })

  it('writes all again after it was told to forget', () => {
    const writer = new FrameWriter('mono')
    const frame = monitorFrame(monitorState(levelSix()), look)
    const first = writer.write(frame)
    writer.forget()
    expect(writer.write(frame)).to.equal(first)
  })

  it('uses no colour in mono, sixteen in ansi16', () => {
    const frame = monitorFrame(monitorState(levelSix()), look)
    expect(new FrameWriter('mono').write(frame)).not.to.match(/\u001b\[(?:\d+;)*[349]\d(?:;\d+)*m/)
    expect(new FrameWriter('ansi16').write(frame)).not.to.match(/[34]8;[25];/)
  })

  it('lets no escape out of a piece that nobody made safe', () => {
    const frame: Frame = { rows: [[{ text: 'a\x1b[2Jb\u009b1m', tone: 'plain' }]], hits: [], cursor: null }
    expect(new FrameWriter('mono').write(frame)).to.contain('ab').and.not.to.contain('[2Jb')
  })
})

describe('rows', () => {
  it('are cut between columns; half a wide character is a space', () => {
    expect(textOf(sliceRow([span('a日本b')], 0, 2))).to.equal('a ')
    expect(textOf(sliceRow([span('a日本b')], 2, 6))).to.equal(' 本b')
  })

  it('carry a box without moving', () => {
    const rows = overlay([[span('日本語日本語')], [span('abcdefghijkl')]], [[span('XY')]], 0, 3, 12)
    expect(rows.map(textOf)).to.deep.equal(['日 XY 日本語', 'abcdefghijkl'].map((t) => t))
  })
})

describe('InputFilter', () => {
  it('keeps a paste whole, also when the network cuts it', () => {
    const filter = new InputFilter()
    expect(filter.take('x\u001b[20')).to.deep.equal([{ type: 'keys', text: 'x' }])
    expect(filter.take('0~two\rlines')).to.deep.equal([])
    expect(filter.take('\u001b[201~y')).to.deep.equal([
      { type: 'paste', text: 'two\rlines' },
      { type: 'keys', text: 'y' },
    ])
  })

  it('gives mouse reports and keys one by one', () => {
    expect(
      new InputFilter().take('\u001b[<0;5;14M\u001b[<0;5;14mj\u001b[A').map(({ text }) => text),
    ).to.deep.equal(['\u001b[<0;5;14M', '\u001b[<0;5;14m', 'j', '\u001b[A'])
  })

  it('waits for the rest of a sequence, and lets a lone Escape go when told', () => {
    const filter = new InputFilter()
    expect(filter.take('\u001b')).to.deep.equal([])
    expect(filter.isWaiting()).to.equal(true)
    expect(filter.flush()).to.deep.equal([{ type: 'keys', text: '\u001b' }])
    expect(filter.isWaiting()).to.equal(false)
  })
})

describe('colorModeOf', () => {
  it('knows NO_COLOR, sixteen and many', () => {
    expect(colorModeOf({ NO_COLOR: '1', TERM: 'xterm-256color' }, true)).to.equal('mono')
    expect(colorModeOf({ TERM: 'xterm-256color' }, false)).to.equal('mono')
    expect(colorModeOf({ TERM: 'xterm' }, true)).to.equal('ansi16')
    expect(colorModeOf({ TERM: 'tmux-256color' }, true)).to.equal('ansi256')
  })
})
