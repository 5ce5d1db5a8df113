import { expect } from 'chai'
import { PasteSplitter } from '../../../../lib/tmux/protocol/paste-splitter.js'

const show = (parts: ReturnType<PasteSplitter['push']>) =>
  parts.map((part) => (part.type === 'keys' ? `keys:${part.bytes.toString()}` : `paste:${part.text}`))

describe('PasteSplitter', () => {
  it('tells keys from pastes', () => {
    const parts = new PasteSplitter().push(Buffer.from('ab\x1b[200~hé\r\nllo\x1b[201~\x1b[A'))
    expect(show(parts)).to.deep.equal(['keys:ab', 'paste:hé\r\nllo', 'keys:\x1b[A'])
  })

  it('gives the same however the bytes are cut', () => {
    const bytes = Buffer.from('x\x1b[200~漢字\x1b[31m\x1b[201~y\x1b[200~z\x1b[201~')
    for (let cut = 1; cut < bytes.length; cut++) {
      const splitter = new PasteSplitter()
      const parts = [...splitter.push(bytes.subarray(0, cut)), ...splitter.push(bytes.subarray(cut))]
      expect(show(parts), String(cut)).to.deep.equal(['keys:x', 'paste:漢字[31m', 'keys:y', 'paste:z'])
    }
  })

  it('holds a lone Escape back only until it is asked', () => {
    const splitter = new PasteSplitter()
    expect(splitter.push(Buffer.from('\x1b'))).to.deep.equal([])
    expect(splitter.isHolding).to.equal(true)
    expect(show(splitter.flush())).to.deep.equal(['keys:\x1b'])
    expect(splitter.isHolding).to.equal(false)
  })

  it('hands over a paste that never ends', () => {
    const splitter = new PasteSplitter()
    splitter.push(Buffer.from('\x1b[200~abc'))
    expect(show(splitter.flush())).to.deep.equal(['paste:abc'])
    const big = new PasteSplitter()
    big.push(Buffer.from('\x1b[200~'))
    expect(big.push(Buffer.alloc(5 << 20, 'x'))).to.have.length(1)
  })
})
