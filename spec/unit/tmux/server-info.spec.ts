import { expect } from 'chai'
import { isTmuxSupported, parseTmuxVersion, quirksOf } from '../../../lib/tmux/server-info.js'
import type { TmuxVersion } from '../../../lib/tmux/server-info.js'

const version = (text: string) => parseTmuxVersion(text) as TmuxVersion
const ids = (text: string) => quirksOf(version(text)).map((quirk) => quirk.id)

describe('parseTmuxVersion', () => {
  it('reads what tmux -V prints', () => {
    expect(version('tmux 3.3a\n')).to.deep.equal({ major: 3, minor: 3, letter: 'a', text: 'tmux 3.3a' })
    expect(version('tmux next-3.8')).to.deep.include({ major: 3, minor: 8 })
    expect(version('3.5-rc2')).to.deep.include({ major: 3, minor: 5, letter: '' })
    expect(parseTmuxVersion('tmux openbsd-7.5')).to.equal(undefined)
  })

  it('knows the floor', () => {
    expect(['3.1c', '3.2', '3.3a', '4.0'].map((text) => isTmuxSupported(version(text)))).to.deep.equal([
      false, true, true, true,
    ]) // prettier-ignore
  })
})

describe('quirksOf', () => {
  it('names what a version has and leaves out what is mended', () => {
    expect(ids('3.3a')).to.include.members(['window-size-manual', 'unknown-layout', 'lost-sigchld'])
    expect(ids('3.4')).to.not.include('unknown-layout')
    expect(ids('3.6')).to.not.include('lost-sigchld')
    expect(ids('3.7')).to.include.members(['respawn-streamed', 'paste-filter']).and.not.include('pane-off')
  })
})
