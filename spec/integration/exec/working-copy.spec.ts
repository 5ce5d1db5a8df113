/** A person's working copy with hundreds of files that are not committed, behind or ahead of its upstream: a look, and each safe step. */
import { expect } from 'chai'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPO } from '../../../lib/git/working-copy.js'
import { MirrorGround } from '../../support/mirror-ground.js'

const [CHANGED, UNTRACKED] = [196, 300]

describe('a dirty working copy', function () {
  this.timeout(60_000)
  let ground: MirrorGround
  const step = (name: string) => ground.run(REPO, ground.checkout, name, 'now')
  const field = (records: readonly string[][], kind: string) => records.find(([is]) => is === kind)?.slice(1)
  const inCheckout = (...args: string[]) => ground.git(ground.checkout, ...args)
  const status = () => inCheckout('status', '--porcelain', '--untracked-files=all')

  beforeEach(() => {
    const names = Array.from({ length: CHANGED }, (_, n) => `f${n}.txt`)
    ground = new MirrorGround(Object.fromEntries(names.map((name) => [name, 'a\n'])))
    inCheckout('branch', '-q', '--set-upstream-to', 'origin/main')
    for (const name of names) writeFileSync(join(ground.checkout, name), 'changed\n')
    mkdirSync(join(ground.checkout, 'new'))
    for (let n = 0; n < UNTRACKED; n += 1) writeFileSync(join(ground.checkout, 'new', `${n}.txt`), 'new\n')
    inCheckout('add', 'f0.txt', 'f1.txt')
  })
  afterEach(() => ground.remove())

  /** Somebody else pushes a new file. */
  function pushed(name: string): void {
    const theirs = join(ground.dir, 'theirs')
    if (!existsSync(theirs)) ground.git(ground.dir, 'clone', '-q', ground.origin, theirs)
    writeFileSync(join(theirs, name), 'theirs\n')
    ground.git(theirs, 'add', '-A')
    ground.git(theirs, 'commit', '-q', '-m', name)
    ground.git(theirs, 'push', '-q', 'origin', 'HEAD:main')
  }

  it('is counted whole, with the first of its files', () => {
    const seen = step('')
    expect(field(seen, 'counts')).to.deep.equal(['2', `${CHANGED - 2}`, `${UNTRACKED}`, '0'])
    expect(field(seen, 'apart')).to.deep.equal(['0', '0'])
    expect(seen.filter(([kind]) => kind === 'file')).to.have.length(20)
  })

  it('is saved as a branch, all of it, and neither files nor index are touched', () => {
    const [before, index] = [status(), inCheckout('diff', '--cached', '--name-only')]
    expect(field(step('save'), 'done')?.[0]).to.match(
      new RegExp(`^saved ${CHANGED + UNTRACKED} files as the branch orchestra-saved/now`),
    )
    expect([status(), inCheckout('diff', '--cached', '--name-only')]).to.deep.equal([before, index])
    expect(inCheckout('show', 'orchestra-saved/now:new/299.txt')).to.equal('new')
    expect(inCheckout('show', 'orchestra-saved/now:f195.txt')).to.equal('changed')
  })

  it('learns what is new, and moves forward only when nothing of it would be lost', () => {
    pushed('theirs.txt')
    const before = status()
    expect(field(step('fetch'), 'apart')).to.deep.equal(['0', '1'])
    expect(step('forward')[0]?.join(' ')).to.match(/^failed it has changes that are not committed/)
    expect(status()).to.equal(before)
    inCheckout('stash', '-q')
    const moved = step('forward')
    expect(field(moved, 'done')?.[0]).to.match(/^moved forward to /)
    expect(field(moved, 'counts')).to.deep.equal(['0', '0', `${UNTRACKED}`, '0'])
    expect(readFileSync(join(ground.checkout, 'theirs.txt'), 'utf8')).to.equal('theirs\n')
  })

  it('moves over no file that git does not know', () => {
    writeFileSync(join(ground.checkout, 'theirs.txt'), 'mine\n')
    pushed('theirs.txt')
    inCheckout('stash', '-q')
    step('fetch')
    expect(step('forward')[0]?.join(' ')).to.match(/^failed not moved: /)
    expect(readFileSync(join(ground.checkout, 'theirs.txt'), 'utf8')).to.equal('mine\n')
  })

  it('pushes what it is ahead, and nothing over what others pushed', () => {
    inCheckout('commit', '-q', '-m', 'two')
    expect(field(step(''), 'apart')).to.deep.equal(['1', '0'])
    expect(field(step('push'), 'done')).to.deep.equal(['pushed'])
    expect(ground.git(ground.origin, 'rev-parse', 'main')).to.equal(inCheckout('rev-parse', 'HEAD'))
    pushed('theirs.txt')
    inCheckout('commit', '-q', '-m', 'three', '--allow-empty')
    expect(step('push')[0]?.join(' ')).to.match(/^failed push: /)
    expect(ground.git(ground.origin, 'log', '-1', '--format=%s', 'main')).to.equal('theirs.txt')
    expect(field(step('fetch'), 'apart')).to.deep.equal(['1', '1'])
  })
})
