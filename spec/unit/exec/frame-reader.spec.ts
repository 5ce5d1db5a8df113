import { expect } from 'chai'
import { FrameReader } from '../../../lib/exec/frame-reader.js'
import { frameMarks } from '../../../lib/exec/shell-command.js'

const NONCE = '0123456789abcdef'
const { start, end } = frameMarks(NONCE)

function read(chunks: readonly (string | Buffer)[], maxBytes = 1000) {
  const reader = new FrameReader(NONCE, maxBytes)
  let last = reader.push(Buffer.alloc(0))
  for (const chunk of chunks) last = reader.push(Buffer.from(chunk as string))
  return last
}

describe('FrameReader', () => {
  it('finds the output however it is cut', () => {
    const whole = Buffer.from(`noise\n${start}日本 ${end.slice(0, 5)} text${end}42\n`)
    for (let at = 0; at < whole.length; at++) {
      const progress = read([whole.subarray(0, at), whole.subarray(at)])
      expect(progress.type === 'done' && progress.output.toString(), String(at)).to.equal(
        `日本 ${end.slice(0, 5)} text`,
      )
      expect(progress.type === 'done' && progress.exitCode).to.equal(42)
    }
    expect(read([...whole].map((byte) => Buffer.from([byte]))).type).to.equal('done')
  })

  it('says when the shell listens', () => {
    expect(read(['motd\n', start])).to.deep.equal({ type: 'started' })
  })

  it('stops at the limit', () => {
    expect(read([start, 'x'.repeat(2000)])).to.deep.equal({ type: 'overflow' })
    expect(read([start, 'x'.repeat(1000), `${end}0\n`]).type).to.equal('done')
  })

  it('tells an end that had no beginning', () => {
    expect(read([`${end}254\n`]).type).to.equal('garbled')
  })

  it('tells a status that is none', () => {
    expect(read([start, `${end}x\n`]).type).to.equal('garbled')
  })
})
