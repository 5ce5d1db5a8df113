import { expect } from 'chai'
import { parseDestination, parseJump } from '../../../lib/ssh/ssh-target.js'

const parts = (text: string) => {
  const target = parseDestination(text)
  return target === undefined ? undefined : [target.user, target.host, target.port]
}

describe('ssh destinations', () => {
  it('reads [user@]host[:port]', () => {
    expect(parts('mugen')).to.deep.equal([null, 'mugen', null])
    expect(parts('ubuntu@mugen:2222')).to.deep.equal(['ubuntu', 'mugen', 2222])
    expect(parts('a@b.c@mugen')).to.deep.equal(['a@b.c', 'mugen', null])
    expect(parts('ssh://u@h:22')).to.deep.equal(['u', 'h', 22])
  })

  it('reads IPv6 addresses', () => {
    expect(parts('[fe80::1%eth0]:22')).to.deep.equal([null, 'fe80::1%eth0', 22])
    expect(parts('u@[::1]')).to.deep.equal(['u', '::1', null])
    expect(parts('::1')).to.deep.equal([null, '::1', null])
  })

  it('refuses what ssh or a shell would misread', () => {
    for (const text of [
      '',
      '-oX=y',
      'u@-h',
      '-u@h',
      'a b',
      'h;x',
      'h:0',
      'h:99999',
      '$(x)',
      'h\nx',
      'h`x`',
    ]) {
      expect(parts(text), text).to.equal(undefined)
    }
  })

  it('chains jumps, the nearest first', () => {
    const jump = parseJump('a,u@b:33')
    expect(jump).to.include({ host: 'b', user: 'u', port: 33 })
    expect(jump?.jump).to.include({ host: 'a' })
    expect(parseJump('a,,b')).to.equal(undefined)
  })
})
