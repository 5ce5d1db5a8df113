import { expect } from 'chai'
import { userBindings, viewConfig } from '../../../lib/tmux/view-keys.js'

describe('userBindings', () => {
  it('keeps bindings and the choice of prefix, nothing else', () => {
    const kept = userBindings(
      [
        'set -g prefix C-a',
        'set -g status-style bg=red',
        'bind | split-window -h -c "#{pane_current_path}"',
        'bind-key -n M-Left select-pane -L \\',
        '  \\; display-message left',
        'unbind C-b',
        'run ~/.tmux/plugins/tpm/tpm',
        'if-shell true { bind x kill-pane }',
      ].join('\n'),
    )
    expect(kept).to.deep.equal([
      'set -g prefix C-a',
      'bind | split-window -h -c "#{pane_current_path}"',
      'bind-key -n M-Left select-pane -L    \\; display-message left',
      'unbind C-b',
    ])
  })

  it('leaves out what has ended servers, and what does not close', () => {
    const deadly = [
      'bind R respawn-pane -k',
      'bind r source-file ~/.tmux.conf',
      'bind r source ~/.tmux.conf',
      'bind K kill-server',
      'bind L select-layout tilde',
      'bind W set -g window-size manual',
      'bind x {',
      'bind x display-message "open',
    ]
    expect(userBindings(deadly.join('\n'))).to.deep.equal([])
  })
})

describe('viewConfig', () => {
  it('binds the keys that the manual tells', () => {
    const config = viewConfig({ defaultTerminal: 'tmux-256color', extra: ['bind z display-message hi'] })
    for (const key of ['m', 'o', 'a', '0'])
      expect(config).to.match(new RegExp(`^bind-key -N '[^']+' ${key} `, 'm'))
    expect(config).to.contain('bind z display-message hi\n')
    expect(config).to.not.contain('window-size')
  })
})
