import { expect } from 'chai'
import { fallbackTerminal, isUnsuitableTerminal } from '../../../../lib/core/view/fallback-terminal.js'

describe('fallbackTerminal', () => {
  it('takes terminals that bring their own description for xterm, with what they can do, and says how to install it', () => {
    for (const term of ['xterm-ghostty', 'xterm-kitty', 'alacritty', 'foot', 'wezterm']) {
      const other = fallbackTerminal(term)
      expect(other?.term).to.equal('xterm-256color')
      expect(other?.options.join(' ')).to.match(/^-T .*RGB/)
      expect(other?.note).to.contain(`TERM=${term}`).and.to.contain(`infocmp -x ${term}`)
    }
  })

  it('knows nothing of others, but whether they have all colours', () => {
    expect(fallbackTerminal('odd-1')?.options).to.deep.equal([])
    expect(fallbackTerminal('odd-1', 'truecolor')?.options).to.deep.equal(['-T', '256,RGB'])
    expect(fallbackTerminal(undefined)?.note).to.contain('TERM is not set')
    expect(fallbackTerminal('dumb')).to.equal(null)
  })

  it('gives tmux nothing to expand', () => {
    expect(fallbackTerminal('#(touch /tmp/x);$(id)')?.note).to.not.match(/#|\(touch|\$\(/)
  })

  it('reads it from the words of tmux', () => {
    expect(isUnsuitableTerminal('missing or unsuitable terminal: xterm-kitty\n')).to.equal(true)
    expect(isUnsuitableTerminal('open terminal failed: terminal does not support clear\n')).to.equal(true)
    expect(isUnsuitableTerminal("can't find session: s\n")).to.equal(false)
  })
})
