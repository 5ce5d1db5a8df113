import { expect } from 'chai'
import fc from 'fast-check'
import { execFileSync } from 'node:child_process'
import { shellLine, shellQuote } from '../../../lib/core/shell-quote.js'

const word = fc.string({ unit: 'binary', maxLength: 30 }).filter((text) => !/[\0\ud800-\udfff]/.test(text))

describe('shellQuote', () => {
  it('leaves plain words as they are', () => {
    expect(shellLine(['tmux', '-L', 'a.b', '/usr/bin:x', '%3'])).to.equal("tmux -L a.b /usr/bin:x '%3'")
  })

  it('brings every word through a real shell', () => {
    const words = fc.sample(word, 300)
    for (const shell of ['sh', 'bash']) {
      const printed = execFileSync(shell, ['-c', `printf '%s\\0' ${words.map(shellQuote).join(' ')}`])
      expect(printed.toString('utf8').split('\0').slice(0, -1)).to.deep.equal(words)
    }
  })

  it('survives being quoted twice', () => {
    const text = `it's "a" \\ $HOME !x`
    const inner = `printf %s ${shellQuote(text)}`
    expect(execFileSync('sh', ['-c', `sh -c ${shellQuote(inner)}`]).toString()).to.equal(text)
  })

  it('expands ~/ only at the start of a word', () => {
    expect(shellLine(['~/bin/x', 'a~/b', '~', '~/', '~/a b'])).to.equal(
      `"$HOME"/bin/x 'a~/b' "$HOME" "$HOME"/ "$HOME"/'a b'`,
    )
  })

  it('refuses NUL', () => {
    expect(() => shellQuote('a\0b')).to.throw('NUL')
  })
})
