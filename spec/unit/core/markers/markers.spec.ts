import { expect } from 'chai'
import fc from 'fast-check'
import { parseNonce, type Nonce } from '../../../../lib/core/ids.js'
import { findMarkers, parseMarkers } from '../../../../lib/core/markers/find-markers.js'
import { markerInstructions, reportInstructions } from '../../../../lib/core/markers/marker-instructions.js'
import { markerStream } from '../../../../lib/core/markers/marker-stream.js'
import { completes, JOINER } from '../../../../lib/core/markers/marker.js'

const NONCE = parseNonce('abcd2345') as Nonce
const DONE = { nonce: NONCE, word: 'DONE', progress: null }
const bytes = (text: string) => new TextEncoder().encode(text)
const inBytes = (text: string) => parseMarkers(bytes(text))

describe('markers', () => {
  it('are found in bytes and in captures', () => {
    for (const text of [
      'ORC=abcd2345=DONE',
      '作業完了ORC=abcd2345=DONE。',
      'All is done: ORC=abcd2345=DONE.',
      '**ORC=abcd2345=DONE**',
      '`ORC=abcd2345=DONE`',
      '__ORC=abcd2345=DONE__',
      '- ORC=abcd2345=DONE',
      '  1 ORC=abcd2345=DONE',
      '> ORC=abcd2345=DONE',
      '▎ ORC=abcd2345=DONE',
      '│ORC=abcd2345=DONE│',
      '(ORC=abcd2345=DONE)',
      '<ORC=abcd2345=DONE>',
      'ORC ORC=abcd2345=DONE ORC',
      'OORC=abcd2345=DONE ORC=abcd2345=DONE',
    ]) {
      expect(inBytes(text), text).to.deep.equal([DONE])
      expect(findMarkers(text), text).to.deep.equal([DONE])
    }
    expect(inBytes('ORC=abcd2345=FAIL\r\nORC=abcd2345=BLOCKED').map((m) => m.word)).to.deep.equal([
      'FAIL',
      'BLOCKED',
    ])
  })

  it('have at most 24 columns, and nothing in them that Markdown, links or line breaking know', () => {
    const longest = `ORC${JOINER}abcd2345${JOINER}BLOCKED`
    expect(longest.length).to.be.at.most(24)
    expect(longest).to.match(/^[A-Za-z0-9=]+$/)
  })

  it('of attempts from before are found in the form that was asked for, and as CLIs draw it', () => {
    for (const text of [
      '作業完了<<ORC:abcd2345:DONE>>。',
      'x <<ORC:abcd2345:DONE>>',
      '<<<ORC:abcd2345:DONE>>>',
      '<ORC:abcd2345:DONE>',
      '● <ORC:abcd2345:DONE>',
      '<ORC:abcd2345:DONE (ORC:abcd2345:DONE)>',
      '<ORC:abcd2345:DONE\r\n  (ORC:abcd2345:DONE)>',
      '  <ORC:abcd2345:DONE (ORC:abcd\r\n  2345:DONE)>',
    ]) {
      expect(inBytes(text), text).to.deep.equal([DONE])
      expect(findMarkers(text), text).to.deep.equal([DONE])
    }
    for (const text of [
      'ORC:abcd2345:DONE',
      '<ORC:abcd2345:DONE',
      '<ORC:abcd2345:DONE (see ORC:abcd2345:DONE)>',
      '<ORC:abcd2345:DONE (ORC:zzzz2345:DONE)>',
      '<<ORC:abcd2345 DONE>>',
      '<<ORC:abcd2345:FINE>>',
    ])
      expect(findMarkers(text), text).to.deep.equal([])
  })

  it('are not a part of something else', () => {
    for (const text of [
      'ORC=abcd2345=DONEX',
      'ORC=abcd2345=DONE/FAIL',
      'ORC=abcd2345=DONE|FAIL|BLOCKED',
      'ORC=abcd2345=DONE=1',
      'ORC=abcd2345=done',
      'ORC=abcd2345=40',
      'XORC=abcd2345=DONE',
      '$ORC=abcd2345=DONE',
      '/tmp/ORC=abcd2345=DONE',
      'ORC=abcd234=DONE',
      'ORC=abcd23456=DONE',
      'ORC:abcd2345=DONE',
      'ORC=abcd2345:DONE',
    ]) {
      expect(inBytes(text), text).to.deep.equal([])
      expect(findMarkers(text), text).to.deep.equal([])
    }
  })

  it('in a line of a diff tell what stands in a file', () => {
    for (const text of [
      '+ORC=abcd2345=DONE',
      '+ ORC=abcd2345=DONE',
      '-ORC=abcd2345=DONE',
      '   12 +ORC=abcd2345=DONE',
      '   12 +  ORC=abcd2345=DONE',
      '\x1b[4;3H12 \x1b[32m+\x1b[39m  \x1b[1mORC=abcd2345=DONE\x1b[m\r\n',
    ])
      expect(inBytes(text), text).to.deep.equal([])
    expect(findMarkers('  12 + ORC=abcd2345=DONE\nORC=abcd2345=DONE')).to.deep.equal([DONE])
    expect(inBytes('12 +\x1b[9;1HORC=abcd2345=DONE\x1b[2;2H')).to.deep.equal([DONE])
  })

  it('carry a percentage', () => {
    expect(inBytes('ORC=abcd2345=40%\r\nORC=abcd2345=100%').map((m) => m.progress)).to.deep.equal([0.4, 1])
    expect(inBytes('<<ORC:abcd2345:40%>><<ORC:abcd2345:100>>').map((m) => m.progress)).to.deep.equal([0.4, 1])
    expect(inBytes('<<ORC:abcd2345:140%>> ORC=abcd2345=140%')).to.deep.equal([])
  })

  it('survive colours, cursor moves and titles in the middle', () => {
    expect(
      inBytes('\x1b[1m<<OR\x1b[0;31mC:abcd\x1b]2;title <<ORC:\x072345:DO\x1b[mNE>\x1b[K>'),
    ).to.deep.equal([DONE])
    expect(inBytes('\x1b[1mOR\x1b[0;31mC=abcd\x1b]2;title ORC=\x072345=DO\x1b[mNE\x1b[K\r\n')).to.deep.equal([
      DONE,
    ])
    expect(inBytes('  <<ORC:abc\x1b[7;3Hd2345:DONE>>')).to.deep.equal([DONE])
    expect(inBytes('  ORC=abc\x1b[7;3Hd2345=DONE')).to.deep.equal([DONE])
  })

  it('survive wrapping with borders, bullets and indentation', () => {
    expect(inBytes('│ 完了 <<ORC:abcd23 │\r\n│   45:DONE>> │')).to.deep.equal([DONE])
    expect(inBytes('│ 完了 ORC=abcd23 │\r\n│   45=DONE │')).to.deep.equal([DONE])
    expect(findMarkers('● done: <<ORC:abcd\n  2345:BLOCKED>>').map((m) => m.word)).to.deep.equal(['BLOCKED'])
    expect(findMarkers('● done: ORC=abcd2345=BLO\n  CKED').map((m) => m.word)).to.deep.equal(['BLOCKED'])
  })

  it('are found behind one of which only the beginning was drawn', () => {
    for (const begun of [
      'ORC=abcd2345=D',
      'ORC=abcd2345=BL',
      'ORC=abcd2345=',
      'ORC=abcd',
      'ORC',
      '<<ORC:abcd2345:DO',
    ])
      for (const next of ['ORC=zzzz2345=DONE', '<<ORC:zzzz2345:DONE>>'])
        expect(
          inBytes(`${begun}\x1b[9;1H\u2022 \x1b[1m${next}\r\n`).map(({ nonce }) => nonce),
          `${begun} ${next}`,
        ).to.deep.equal(['zzzz2345'])
    expect(inBytes('ORC=abcd2345=D\x1b[9;14HONE\x1b[K\x1b[1;1H')).to.deep.equal([DONE])
  })

  it('are not made of pieces on one line', () => {
    expect(inBytes('<<ORC: abcd2345 :DONE>>')).to.deep.equal([])
    expect(inBytes('ORC= abcd2345 =DONE')).to.deep.equal([])
    expect(inBytes('<<ORC:abcd2345:done>> <<ORC:ABCD2345:DONE>> <<ORC:abcd234:DONE>>')).to.deep.equal([])
  })

  it('in a title count for nothing', () => {
    expect(inBytes('\x1b]2;<<ORC:abcd2345:DONE>>\x07')).to.deep.equal([])
    expect(inBytes('\x1b]2;ORC=abcd2345=DONE\x07')).to.deep.equal([])
    expect(inBytes('\x1b_G<<ORC:abcd2345:DONE>>\x1b\\')).to.deep.equal([])
  })

  it('at the very end of a stream are whole once it is silent', () => {
    const stream = markerStream()
    expect(stream.push(bytes('x ORC=abcd2345=DONE'))).to.deep.equal([])
    expect(stream.flush()).to.deep.equal([DONE])
    expect(stream.flush()).to.deep.equal([])
  })

  it('are the same however the stream is cut', () => {
    const data = bytes(
      '\x1b[2J日本 <<ORC:abcd\x1b[0m2345:7%>> │\r\n <<ORC:abcd2345:\r\n  │ DONE>>\x1b]2;t\x07' +
        '+ ORC=abcd2345=FAIL XORC=abcd2345=FAIL\r\n O ORC=abcd\x1b[1m2345=\r\n│ FAIL \x1b[3;1H+  ORC=abcd2345=DONE\r\n' +
        'done: ORC=abcd2345=BLOCKED\x1b[4;4H',
    )
    fc.assert(
      fc.property(fc.array(fc.nat(data.length), { maxLength: 12 }), (cuts) => {
        const stream = markerStream()
        const edges = [0, ...cuts.sort((a, b) => a - b), data.length]
        const found = edges.slice(1).flatMap((end, i) => stream.push(data.subarray(edges[i], end)))
        expect(found.map((marker) => marker.word)).to.deep.equal(['PROGRESS', 'DONE', 'FAIL', 'BLOCKED'])
      }),
      { numRuns: 400 },
    )
  })

  it('are never in the instructions, at any width', () => {
    for (const text of [
      markerInstructions(NONCE),
      reportInstructions(NONCE, '/home/dev/bin/orchestra-report'),
    ]) {
      expect(text).to.include(NONCE)
      for (let cols = 10; cols < 200; cols += 1) {
        const rows = text.split('\n').flatMap((line) => line.match(new RegExp(`.{1,${cols}}`, 'g')) ?? [])
        expect(findMarkers(rows.map((row) => `│ ${row} │`).join('\n'))).to.deep.equal([])
      }
    }
  })

  it('complete only their own attempt', () => {
    expect(completes({ nonce: NONCE, word: 'DONE', progress: null }, NONCE)).to.equal(true)
    expect(completes({ nonce: NONCE, word: 'PROGRESS', progress: 1 }, NONCE)).to.equal(false)
    expect(completes({ nonce: 'zzzz2222' as Nonce, word: 'DONE', progress: null }, NONCE)).to.equal(false)
  })
})
