import { expect } from 'chai'
import fc from 'fast-check'
import { parseNonce, type Nonce } from '../../../../lib/core/ids.js'
import { findMarkers, parseMarkers } from '../../../../lib/core/markers/find-markers.js'
import { markerInstructions, reportInstructions } from '../../../../lib/core/markers/marker-instructions.js'
import { markerStream } from '../../../../lib/core/markers/marker-stream.js'
import { completes } from '../../../../lib/core/markers/marker.js'

const NONCE = parseNonce('abcd2345') as Nonce
const DONE = { nonce: NONCE, word: 'DONE', progress: null }
const bytes = (text: string) => new TextEncoder().encode(text)
const inBytes = (text: string) => parseMarkers(bytes(text))

describe('markers', () => {
  it('are found in bytes and in captures', () => {
    expect(inBytes('作業完了<<ORC:abcd2345:DONE>>。')).to.deep.equal([DONE])
    expect(findMarkers('x <<ORC:abcd2345:DONE>>')).to.deep.equal([DONE])
    expect(inBytes('<<<ORC:abcd2345:FAIL>>').map((m) => m.word)).to.deep.equal(['FAIL'])
  })

  it('carry a percentage', () => {
    expect(inBytes('<<ORC:abcd2345:40%>><<ORC:abcd2345:100>>').map((m) => m.progress)).to.deep.equal([0.4, 1])
    expect(inBytes('<<ORC:abcd2345:140%>>')).to.deep.equal([])
  })

  it('survive colours, cursor moves and titles in the middle', () => {
    expect(
      inBytes('\x1b[1m<<OR\x1b[0;31mC:abcd\x1b]2;title <<ORC:\x072345:DO\x1b[mNE>\x1b[K>'),
    ).to.deep.equal([DONE])
    expect(inBytes('  <<ORC:abc\x1b[7;3Hd2345:DONE>>')).to.deep.equal([DONE])
  })

  it('survive wrapping with borders, bullets and indentation', () => {
    expect(inBytes('│ 完了 <<ORC:abcd23 │\r\n│   45:DONE>> │')).to.deep.equal([DONE])
    expect(findMarkers('● done: <<ORC:abcd\n  2345:BLOCKED>>').map((m) => m.word)).to.deep.equal(['BLOCKED'])
  })

  it('are not made of pieces on one line', () => {
    expect(inBytes('<<ORC: abcd2345 :DONE>>')).to.deep.equal([])
    expect(inBytes('<<ORC:abcd2345:done>> <<ORC:ABCD2345:DONE>> <<ORC:abcd234:DONE>>')).to.deep.equal([])
  })

  it('in a title count for nothing', () => {
    expect(inBytes('\x1b]2;<<ORC:abcd2345:DONE>>\x07')).to.deep.equal([])
    expect(inBytes('\x1b_G<<ORC:abcd2345:DONE>>\x1b\\')).to.deep.equal([])
  })

  it('are the same however the stream is cut', () => {
    const data = bytes(
      '\x1b[2J日本 <<ORC:abcd\x1b[0m2345:7%>> │\r\n <<ORC:abcd2345:\r\n  │ DONE>>\x1b]2;t\x07',
    )
    fc.assert(
      fc.property(fc.array(fc.nat(data.length), { maxLength: 12 }), (cuts) => {
        const stream = markerStream()
        const edges = [0, ...cuts.sort((a, b) => a - b), data.length]
        const found = edges.slice(1).flatMap((end, i) => stream.push(data.subarray(edges[i], end)))
        expect(found.map((marker) => marker.word)).to.deep.equal(['PROGRESS', 'DONE'])
      }),
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
