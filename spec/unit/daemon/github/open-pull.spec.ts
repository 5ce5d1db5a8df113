import { expect } from 'chai'
import { repositoryIn } from '../../../../lib/daemon/github/open-pull.js'

describe('the repository of a remote', () => {
  for (const remote of [
    'https://github.com/owner/na.me.git',
    'https://token@github.com/owner/na.me',
    'git@github.com:owner/na.me.git',
    'github-work:owner/na.me',
    'ssh://git@host:22/owner/na.me/',
  ])
    it(`is in ${remote}`, () => expect(repositoryIn(remote)).to.equal('owner/na.me'))

  for (const remote of ['/srv/git/owner/name.git', 'file:///srv/owner/name', '~/name.git', '../name'])
    it(`is not in ${remote}`, () => expect(repositoryIn(remote)).to.equal(null))
})
