/** The steps of a slot, with the git of the PATH: what is saved, what is seen, what stays, and what is never touched. */
import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { INSPECT, NOTE_BEFORE } from '../../../lib/git/inspect.js'
import { BUNDLE_IN, BUNDLE_OUT, FETCH_BASE, MAKE_MIRROR } from '../../../lib/git/mirror.js'
import { ADD_SLOT, CHECK_OUT, FILL_SLOT, NOTE_MADE, REMOVE_SLOT, SAVE_SLOT } from '../../../lib/git/slots.js'
import { MirrorGround } from '../../support/mirror-ground.js'

const NAME = 'app.01'
const MARK = 'mark app.m.1'

class Ground extends MirrorGround {
  readonly tree = join(this.root, NAME)

  fetch(landed = ''): string {
    const found = this.run(FETCH_BASE, this.root, this.checkout, 'main', 'origin', '0', landed)
    return found.find(([kind]) => kind === 'base')?.[1] ?? JSON.stringify(found)
  }

  /** The slot is made ready for an attempt, on its branch. */
  use(attempt: string, ...needs: readonly string[]): string[][] {
    const base = this.fetch()
    const made = this.run(ADD_SLOT, this.root, NAME, MARK, base)
    const saved = this.run(SAVE_SLOT, this.root, NAME, `s/${attempt}`, 'before')
    const done = this.run(CHECK_OUT, this.root, NAME, `orchestra/s/${attempt}`, base, '', ...needs)
    const filled = this.run(FILL_SLOT, this.root, NAME, this.checkout, 'auto', 'include', '--', 'a.txt')
    this.run(NOTE_MADE, this.root, NAME)
    this.run(NOTE_BEFORE, this.root, NAME, this.checkout)
    return [...made, ...saved, ...done, ...filled]
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.tree, name), text)
  }

  inTree(...args: string[]): string {
    return this.git(this.tree, ...args)
  }

  commitInTree(name: string): string {
    this.write(`${name}.txt`, `${name}\n`)
    this.inTree('add', '-A')
    this.inTree('commit', '-q', '-m', name)
    return this.inTree('rev-parse', 'HEAD')
  }

  escapes(attempt = 'T.1'): string[] {
    const out = this.run(INSPECT, this.root, NAME, `orchestra/s/${attempt}`, this.base, this.checkout)
    return out.flatMap(([kind, text = '']) =>
      kind === 'escape' ? [text] : kind === 'failed' ? [`failed ${text}`] : [],
    )
  }

  save(): string[][] {
    return this.run(SAVE_SLOT, this.root, NAME, 's/T.1', 'left')
  }

  drop(...more: string[]): string[][] {
    return this.run(REMOVE_SLOT, this.root, NAME, MARK, 's/gone', ...more)
  }

  /** To the mirror of another machine. */
  carry(to: string, oid: string, has: string): string {
    const carried = (from: string, script: string, args: string[], input?: Buffer) =>
      this.pipe(script, [from, oid, ...args], input)
    return carried(to, BUNDLE_IN, [], carried(this.root, BUNDLE_OUT, [has]))
      .toString('utf8')
      .trim()
  }

  /** After everything that no ref names is gone. */
  has(oid: string): boolean {
    this.git(this.mirror, '-c', 'gc.reflogExpire=now', '-c', 'gc.pruneExpire=now', 'gc', '-q', '--prune=now')
    return this.git(this.mirror, 'cat-file', '-t', oid) === 'commit'
  }
}

describe('a slot, step by step', function () {
  this.timeout(60_000)
  let ground: Ground
  beforeEach(() => {
    ground = new Ground({ 'a.txt': 'a\n', 'b.txt': 'b\n', '.gitignore': 'built/\n.env\n' })
  })
  afterEach(() => ground.remove())

  it('is used again with its ignored files, on another branch, and everything else saved', () => {
    expect(ground.use('T.1').map(([kind, , how]) => [kind, how])).to.deep.include(['slot', 'made'])
    mkdirSync(join(ground.tree, 'built'))
    ground.write('built/out', 'out\n')
    ground.write('a.txt', 'changed\n')
    ground.write('new.txt', 'new\n')
    ground.write('b.txt', 'staged\n')
    ground.inTree('add', 'b.txt')
    ground.write('b.txt', 'b after it was staged\n')
    const again = ground.use('T.2')
    const saved = again.find(([kind]) => kind === 'saved')!
    const [, ref = '', oid = '', files] = saved
    expect([ref.replace(/[^/]*$/, ''), files]).to.deep.equal(['refs/orchestra/saved/s/T.2/', '3'])
    expect(ground.has(oid)).to.equal(true)
    expect([ground.show(oid, 'a.txt'), ground.show(oid, 'new.txt')]).to.deep.equal(['changed', 'new'])
    expect([ground.show(oid, 'b.txt'), ground.show(`${oid}^2`, 'b.txt')]).to.deep.equal([
      'b after it was staged',
      'staged',
    ])
    expect(ground.inTree('status', '--porcelain')).to.equal('')
    expect(ground.inTree('symbolic-ref', 'HEAD')).to.equal('refs/heads/orchestra/s/T.2')
    expect(readFileSync(join(ground.tree, 'built/out'), 'utf8')).to.equal('out\n')
  })

  it('keeps a file that is flagged as unchanged, and commits that only its log names', () => {
    ground.use('T.1')
    ground.inTree('update-index', '--assume-unchanged', 'a.txt')
    ground.write('a.txt', 'hidden\n')
    ground.inTree('checkout', '-q', '--detach')
    const lost = ground.commitInTree('lost')
    ground.inTree('checkout', '-q', 'orchestra/s/T.1')
    const saved = ground.save().filter(([kind]) => kind === 'saved')
    expect(saved.some(([, , oid]) => oid === lost)).to.equal(true)
    expect(saved.some(([, , oid = '']) => ground.show(oid, 'a.txt') === 'hidden')).to.equal(true)
    expect(ground.has(lost)).to.equal(true)
  })

  describe('shows who left it:', () => {
    beforeEach(() => {
      ground.use('T.1')
      expect(ground.escapes()).to.deep.equal([])
    })

    it('a detached HEAD, with its commits', () => {
      ground.inTree('checkout', '-q', '--detach')
      const oid = ground.commitInTree('lost')
      expect(ground.escapes()).to.deep.equal([
        `its HEAD is detached at ${oid.slice(0, 8)}, with 1 commits that its branch does not have`,
      ])
    })

    it('a branch of its own, also after it came back', () => {
      ground.inTree('checkout', '-q', '-b', 'own')
      const oid = ground.commitInTree('own')
      expect(ground.escapes()).to.deep.equal([
        'it is on own and not on its branch, with 1 commits that its branch does not have',
      ])
      ground.inTree('checkout', '-q', 'orchestra/s/T.1')
      expect(ground.escapes()).to.deep.equal(['commits are on own'])
      ground.save()
      expect(ground.has(oid)).to.equal(true)
    })

    it('a branch that is gone', () => {
      ground.inTree('checkout', '-q', '--detach')
      ground.inTree('branch', '-q', '-D', 'orchestra/s/T.1')
      expect(ground.escapes()).to.deep.equal(['its branch orchestra/s/T.1 is gone'])
    })

    it('the checkout by its absolute path: a file, a commit, another branch', () => {
      writeFileSync(join(ground.checkout, 'there.txt'), 'there\n')
      expect(ground.escapes()).to.deep.equal([
        `files of the checkout ${ground.checkout} have changed: there.txt `,
      ])
      ground.git(ground.checkout, 'add', '-A')
      ground.git(ground.checkout, 'commit', '-q', '-m', 'there')
      expect(ground.escapes()).to.deep.equal([
        `branches of the checkout ${ground.checkout} have moved: main `,
      ])
      ground.git(ground.checkout, 'checkout', '-q', '-b', 'away')
      expect(ground.escapes()).to.deep.include(
        `the checkout ${ground.checkout} is on away now, and was on main`,
      )
    })

    it('a second change of a file that the person had changed already', () => {
      ground.use('T.1')
      writeFileSync(join(ground.checkout, 'a.txt'), 'the person is at work\n')
      ground.run(NOTE_BEFORE, ground.root, NAME, ground.checkout)
      writeFileSync(join(ground.checkout, 'a.txt'), 'somebody else was, too\n')
      expect(ground.escapes()).to.deep.equal([
        `files of the checkout ${ground.checkout} have changed: a.txt `,
      ])
    })
  })

  it('goes only when nobody works there and nothing would be lost with it', async () => {
    ground.use('T.1')
    const busy = spawn('sh', ['-c', 'read -r line'], {
      cwd: ground.tree,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    await once(busy, 'spawn')
    expect(ground.save().map(([kind, pid]) => [kind, pid])).to.deep.equal([['busy', String(busy.pid)]])
    expect(ground.drop()[0]?.[1]).to.match(new RegExp(`^process ${busy.pid} .*works there`))
    busy.stdin.end()
    await once(busy, 'exit')
    mkdirSync(join(ground.tree, 'built'))
    ground.write('built/out', 'out\n')
    ground.write('new.txt', 'new\n')
    const kept = ground.drop()
    expect(kept.at(-1)).to.deep.equal(['kept', 'ignored files that no ref has: built/ ', 'ignored'])
    const [, ref = ''] = kept.find(([kind]) => kind === 'saved')!
    expect(ground.drop('ignored').at(-1)).to.deep.equal(['removed'])
    expect(existsSync(ground.tree)).to.equal(false)
    expect(ground.show(ref, 'new.txt')).to.equal('new')
    expect(ground.drop()).to.deep.equal([['removed']])
  })

  it('is left alone where something stands that is not ours', () => {
    const add = () => ground.run(ADD_SLOT, ground.root, NAME, MARK, ground.fetch())[0]?.slice(0, 2)
    mkdirSync(ground.tree)
    writeFileSync(join(ground.tree, 'theirs'), 'theirs\n')
    expect(add()).to.deep.equal(['taken', 'orphan_dir'])
    rmSync(ground.tree, { recursive: true })
    symlinkSync(ground.checkout, ground.tree)
    expect(add()).to.deep.equal(['taken', 'foreign'])
    rmSync(ground.tree)
    ground.git(ground.mirror, 'worktree', 'add', '-q', '--detach', ground.tree, ground.base)
    ground.git(ground.mirror, 'worktree', 'lock', '--reason', 'mine', ground.tree)
    expect(add()).to.deep.equal(['taken', 'foreign'])
    expect(ground.drop()[0]).to.deep.equal(['kept', 'it is locked by somebody else'])
  })

  it('is made anew after its directory was removed, with what its log names saved', () => {
    ground.use('T.1')
    ground.inTree('checkout', '-q', '--detach')
    const lost = ground.commitInTree('lost')
    rmSync(ground.tree, { recursive: true })
    expect(ground.use('T.2').map(([kind, , how]) => [kind, how])).to.deep.include(['slot', 'made'])
    expect(ground.has(lost)).to.equal(true)
  })

  it('says in which files the bases disagree, and is clean afterwards', () => {
    ground.use('T.1')
    ground.write('a.txt', 'one\n')
    ground.inTree('commit', '-qam', 'one')
    ground.use('T.2')
    ground.write('a.txt', 'two\n')
    ground.inTree('commit', '-qam', 'two')
    const two = ground.inTree('rev-parse', 'HEAD')
    const said = ground.use('T.3', ground.git(ground.mirror, 'rev-parse', 'orchestra/s/T.1'), two)
    expect(said.filter(([kind]) => kind === 'conflict')).to.deep.equal([['conflict', two, 'a.txt']])
    expect(ground.inTree('status', '--porcelain')).to.equal('')
  })

  it('begins on what it needs, also where a part of that landed as another commit', () => {
    ground.use('T.1')
    ground.write('a.txt', 'one\n')
    ground.inTree('commit', '-qam', 'one')
    const one = ground.inTree('rev-parse', 'HEAD')
    ground.write('a.txt', 'two\n')
    ground.inTree('commit', '-qam', 'two')
    const two = ground.inTree('rev-parse', 'HEAD')
    const squashed = ground.inTree('commit-tree', `${one}^{tree}`, '-p', ground.base, '-m', 'one: squashed')
    const start = (landed: string) =>
      ground.run(CHECK_OUT, ground.root, NAME, 'orchestra/s/T.2', squashed, landed, two)
    expect(start('')[0]).to.deep.equal(['conflict', two, 'a.txt'])
    expect(start(`${one} ${ground.base}`)[0]?.[0]).to.equal('base')
    expect(readFileSync(join(ground.tree, 'a.txt'), 'utf8')).to.equal('two\n')
    expect(ground.inTree('status', '--porcelain')).to.equal('')
    expect(ground.inTree('merge-base', squashed, 'HEAD')).to.equal(squashed)
  })

  it('gets files that git does not know, none through a link and none from outside', () => {
    writeFileSync(join(ground.checkout, '.env'), 'SECRET=1\n')
    symlinkSync('/etc/hostname', join(ground.checkout, 'built'))
    const fill = (...files: string[]) =>
      ground.run(FILL_SLOT, ground.root, NAME, ground.checkout, 'never', ...files, '--')[0]
    ground.use('T.1')
    expect(fill('list', '.env', 'built', '../app/b.txt', '.git/config')).to.deep.equal(['copied', '1'])
    rmSync(join(ground.tree, '.env'))
    writeFileSync(join(ground.checkout, '.worktreeinclude'), '.env\nb.txt\n')
    expect(fill('include')).to.deep.equal(['copied', '1'])
    expect(readFileSync(join(ground.tree, '.env'), 'utf8')).to.equal('SECRET=1\n')
  })

  it('has submodules, also those whose address is relative, and no trouble with a broken entry', () => {
    ground.git(ground.dir, 'config', '--global', 'protocol.file.allow', 'always')
    const library = join(ground.dir, 'library.git')
    ground.git(ground.dir, 'clone', '-q', '--bare', ground.origin, library)
    ground.git(ground.checkout, 'submodule', '--quiet', 'add', '../library.git', 'library')
    ground.git(ground.checkout, 'commit', '-q', '-m', 'with a library')
    ground.git(ground.checkout, 'push', '-q', 'origin', 'main')
    expect(ground.use('T.1').filter(([kind]) => kind === 'submodules')).to.deep.equal([])
    expect(readFileSync(join(ground.tree, 'library/a.txt'), 'utf8')).to.equal('a\n')
    ground.write('library/a.txt', 'changed in the library\n')
    const inLibrary = (...args: string[]) => ground.git(join(ground.tree, 'library'), ...args)
    inLibrary('commit', '-qam', 'in the library')
    const own = inLibrary('rev-parse', 'HEAD')
    ground.write('library/new.txt', 'new in the library\n')
    const saved = ground.save().filter(([kind]) => kind === 'saved')
    expect(saved.some(([, , oid]) => oid === own)).to.equal(true)
    const left = saved.filter(
      ([, ref = '']) => /\/m[0-9a-f]{12}$/.test(ref) && !ref.includes(own.slice(0, 12)),
    )
    expect(left.map(([, ref = '']) => ground.show(ref, 'new.txt'))).to.deep.equal(['new in the library'])
    expect(ground.save().filter(([kind]) => kind === 'saved')).to.deep.equal(saved)
    expect(ground.has(own)).to.equal(true)
    ground.use('T.3')
    expect([inLibrary('status', '--porcelain'), inLibrary('rev-parse', 'HEAD')]).to.deep.equal([
      '',
      ground.base,
    ])
    ground.git(ground.checkout, 'update-index', '--add', '--cacheinfo', `160000,${ground.base},broken`)
    ground.git(ground.checkout, 'commit', '-q', '-m', 'with a broken entry')
    ground.git(ground.checkout, 'push', '-q', 'origin', 'main')
    const said = ground.use('T.4')
    expect(said.filter(([kind]) => kind === 'failed' || kind === 'submodules')).to.deep.equal([])
  })

  it('gets commits of another machine as a bundle, whole where the part is not enough', () => {
    const other = join(ground.dir, 'other', 'app.store')
    ground.git(ground.dir, 'clone', '-q', ground.origin, join(ground.dir, 'app2'))
    ground.run(MAKE_MIRROR, join(ground.dir, 'other'), 'app.store', 'mark', join(ground.dir, 'app2'))
    // Known here alone: a bundle leaves it out.
    ground.commit({ 'late.txt': 'late\n' }, 'late')
    ground.git(ground.checkout, 'push', '-q', 'origin', 'main')
    ground.use('T.1')
    const oid = ground.commitInTree('work')
    expect(ground.carry(other, oid, ground.fetch())).to.equal('lacks')
    expect(ground.carry(other, oid, ground.base)).to.equal('here')
    expect(ground.git(join(other, 'mirror.git'), 'show', `${oid}:late.txt`)).to.equal('late')
    expect(ground.carry(other, ground.base, ground.base)).to.equal('here')
  })

  it('says what stands in the way of its branch', () => {
    ground.use('T.1')
    ground.inTree('branch', 'orchestra/s/T.2/mine')
    const [, said = ''] = ground.use('T.2').find(([kind]) => kind === 'failed')!
    expect(said).to.contain('orchestra/s/T.2/mine')
  })
})
