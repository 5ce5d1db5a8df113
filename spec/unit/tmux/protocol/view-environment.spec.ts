import { expect } from 'chai'
import { environmentCommands, neutralServer } from '../../../../lib/tmux/protocol/view-environment.js'

const TARGET = '=s:'

describe('environmentCommands', () => {
  it('sets every variable, and removes every mark, where nothing is known of the server', () => {
    const commands = environmentCommands(TARGET, { HOME: '/h' }, null)
    expect(commands[0]).to.deep.equal(['set-environment', '-t', TARGET, 'HOME', '/h'])
    expect(commands).to.deep.include(['set-environment', '-r', '-t', TARGET, 'CLAUDECODE'])
  })

  it('sets only what a server of ours has otherwise', () => {
    const server = neutralServer('HOME=/h\nPATH=/bin\nPWD=/elsewhere\nLC_ALL=C')
    expect(environmentCommands(TARGET, { HOME: '/h', PATH: '/ours:/bin', FOO: 'a=b' }, server)).to.deep.equal(
      [
        ['set-environment', '-t', TARGET, 'PATH', '/ours:/bin'],
        ['set-environment', '-t', TARGET, 'FOO', 'a=b'],
        ['set-environment', '-r', '-t', TARGET, 'LC_ALL'],
      ],
    )
  })
})

describe('neutralServer', () => {
  it('knows nothing of a server with anything but neutral variables', () => {
    for (const other of ['CLAUDECODE=1', 'MY_PROJECT=x', '-HOME', 'a line of a value', ''])
      expect(neutralServer(`HOME=/h\n${other}`), other).to.equal(null)
  })

  it('knows nothing of a server with a value of two lines', () => {
    expect(neutralServer('HOME=/h\nLANG=a\nPATH=/bin\nb\nTZ=UTC')).to.equal(null)
  })
})
