import { expect } from 'chai'
import { landedWords, treeWords } from '../../../../lib/core/view/tree-words.js'
import { NOW } from './sample-status.js'

const tree = {
  slot: 'app.here.1',
  path: '/wood/app.01',
  branch: 'orchestra/s/one.1',
  base: '0123456789abcdef',
  base_at: new Date(NOW - 3 * 3_600_000).toISOString(),
  head: 'fedcba9876543210',
  commits: 2,
  files: 1,
}

describe('the words about the worktree of a task', () => {
  it('are its branch, its base and how old that is, and what it changed', () => {
    expect(treeWords({ tree }, NOW)).to.equal(
      'orchestra/s/one.1; base 0123456789, 3h old; 2 commits, 1 file changed',
    )
    expect(treeWords({ tree: { ...tree, base_at: null, head: null } }, NOW)).to.equal(
      'orchestra/s/one.1; base 0123456789',
    )
    expect(treeWords({ tree: { ...tree, branch: null, base: null, head: null } }, NOW)).to.equal('app.here.1')
    expect(treeWords({ tree: null }, NOW)).to.equal(null)
  })

  it('are where it has landed', () => {
    const landed = { oid: 'fedcba9876543210', into: 'main', at: tree.base_at }
    expect(landedWords({ landed, tree })).to.equal('in main as fedcba9876')
    expect(landedWords({ landed: null, tree })).to.equal('nowhere yet')
    expect(landedWords({ landed: null, tree: { ...tree, commits: 0 } })).to.equal(null)
  })
})
