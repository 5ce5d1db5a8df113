/** The steps of landing, with real git: what is built, what conflicts, and what moves when it is asked twice or somebody else pushes. */
import { expect } from 'chai'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BUILD_BATCH, LAND, PUSH_BRANCH } from '../../../lib/git/merging.js'
import { FETCH_BASE } from '../../../lib/git/mirror.js'
import { MirrorGround } from '../../support/mirror-ground.js'

class Ground extends MirrorGround {
  constructor() {
    super({ 'a.txt': '1\n2\n3\n4\n5\n', 'b.txt': 'b\n' })
    this.fetch()
  }

  /** A branch of an attempt, in the mirror alone. */
  branch(name: string, files: Readonly<Record<string, string>>, from = this.base): string {
    this.git(this.checkout, 'switch', '-q', '--detach', from)
    const oid = this.commit(files, name)
    this.git(this.checkout, 'push', '-q', this.mirror, `${oid}:refs/heads/orchestra/s/${name}.1`)
    this.git(this.checkout, 'switch', '-q', 'main')
    return oid
  }

  build(how: string, old: string, ...links: readonly (readonly [string, string])[]): string[][] {
    return this.buildOn(this.fetch(), '', how, old, ...links)
  }

  /** @param landed branches that are in the target as other commits */
  buildOn(
    target: string,
    landed: string,
    how: string,
    old: string,
    ...links: readonly (readonly [string, string])[]
  ): string[][] {
    const args = links.flatMap(([task, oid]) => [task, oid, `${task}: title`])
    return this.run(BUILD_BATCH, this.root, 'q', how, target, old, landed, ...args)
  }

  fetch(landed = ''): string {
    const found = this.run(FETCH_BASE, this.root, this.checkout, 'main', 'origin', '0', landed)
    return found.find(([kind]) => kind === 'base')?.[1] ?? JSON.stringify(found)
  }

  land(to: string, before: string, push: 'none' | 'branch'): string[] {
    return this.run(LAND, this.root, 'main', this.base, to, before, push, this.checkout, 'origin')[0] ?? []
  }

  landed(): string {
    return this.git(this.mirror, 'rev-parse', 'refs/orchestra/landed/main')
  }
}

const tipOf = (records: readonly string[][]) => records.find(([kind]) => kind === 'tip')?.[1] ?? ''
const kinds = (records: readonly string[][]) => records.map((fields) => fields.slice(0, 2).join(' '))

describe('landing, step by step', () => {
  let ground: Ground
  beforeEach(() => {
    ground = new Ground()
  })
  afterEach(() => ground.remove())

  for (const old of ['', 'old'])
    describe(old === '' ? 'with git merge-tree' : 'as before git 2.38', () => {
      it('puts branches on top of each other, and names conflicts with their files and partners', () => {
        const one = ground.branch('one', { 'a.txt': '1 one\n2\n3\n4\n5\n' })
        const two = ground.branch('two', { 'a.txt': '1\n2\n3\n4\n5 two\n', 'new file.txt': 'new\n' })
        const three = ground.branch('three', { 'a.txt': '1 three\n2\n3\n4\n5\n' })
        const built = ground.build('merge', old, ['one', one], ['two', two], ['three', three])
        expect(kinds(built)).to.deep.equal([
          'link one',
          'link two',
          'against three',
          'conflict three',
          'file three',
          `tip ${tipOf(built)}`,
        ])
        expect(built[2]).to.deep.equal(['against', 'three', 'one'])
        expect(built[3]).to.deep.equal(['conflict', 'three', one])
        expect(built[4]).to.deep.equal(['file', 'three', 'a.txt'])
        expect(ground.show(tipOf(built), 'a.txt')).to.equal('1 one\n2\n3\n4\n5 two')
        expect(ground.show(tipOf(built), 'new file.txt')).to.equal('new')
        const parents = ground.git(ground.mirror, 'log', '-1', '--format=%P', tipOf(built)).split(' ')
        expect(parents[1]).to.equal(two)
      })

      it('squashes and rebases, with the author kept', () => {
        const one = ground.branch('one', { 'a.txt': '1 one\n2\n3\n4\n5\n' })
        const two = ground.branch('two', { 'b.txt': 'b two\n' }, ground.branch('more', { 'c.txt': 'c\n' }))
        const squashed = tipOf(ground.build('squash', old, ['one', one], ['two', two]))
        expect(ground.git(ground.mirror, 'log', '--format=%s', squashed)).to.equal(
          'two: title\none: title\nfirst',
        )
        const rebased = tipOf(ground.build('rebase', old, ['one', one], ['two', two]))
        const log = ground.git(ground.mirror, 'log', '--format=%s %an', rebased)
        expect(log).to.equal('two a\nmore a\none a\nfirst a')
        for (const oid of [squashed, rebased])
          expect([
            ground.show(oid, 'a.txt').slice(0, 5),
            ground.show(oid, 'b.txt'),
            ground.show(oid, 'c.txt'),
          ]).to.deep.equal(['1 one', 'b two', 'c'])
      })

      for (const how of ['squash', 'rebase']) {
        it(`lands by ${how} what is built on a branch that landed so, where both changed the same lines`, () => {
          const one = ground.branch('one', { 'a.txt': '1 one\n2\n3\n4\n5\n' })
          const two = ground.branch('two', { 'a.txt': '1 two\n2\n3\n4\n5\n' }, one)
          const both = ground.build(how, old, ['one', one], ['two', two])
          expect(kinds(both)).to.deep.equal(['link one', 'link two', `tip ${tipOf(both)}`])
          const first = tipOf(ground.build(how, old, ['one', one]))
          const then = ground.buildOn(first, one, how, old, ['two', two])
          expect(kinds(then)).to.deep.equal(['link two', `tip ${tipOf(then)}`])
          for (const built of [both, then])
            expect([
              ground.show(tipOf(built), 'a.txt').slice(0, 5),
              ground.git(ground.mirror, 'rev-list', '--count', tipOf(built)),
            ]).to.deep.equal(['1 two', '3'])
        })

        it(`merges what others pushed, and lands by ${how} on top of that`, () => {
          const one = ground.branch('one', { 'a.txt': '1 one\n2\n3\n4\n5\n' })
          const landed = tipOf(ground.build(how, old, ['one', one]))
          const pushed = ground.commit({ 'c.txt': 'pushed\n' }, 'pushed')
          ground.git(ground.checkout, 'push', '-q', 'origin', 'main')
          ground.fetch()
          const two = ground.branch('two', { 'b.txt': 'two\n' })
          const tip = tipOf(ground.buildOn(landed, one, how, old, ['-', pushed], ['two', two]))
          expect(ground.git(ground.mirror, 'merge-base', pushed, tip)).to.equal(pushed)
          expect(ground.git(ground.mirror, 'rev-list', '--count', '--merges', tip)).to.equal('1')
          expect(['a.txt', 'b.txt', 'c.txt'].map((file) => ground.show(tip, file).slice(0, 6))).to.deep.equal(
            ['1 one\n', 'two', 'pushed'],
          )
        })
      }

      it('lands a branch that holds the merge of a conflict by rebase as one commit', () => {
        const one = ground.branch('one', { 'a.txt': '1 one\n2\n3\n4\n5\n' })
        const late = ground.branch('late', { 'a.txt': '1 late\n2\n3\n4\n5\n' })
        const target = tipOf(ground.build('rebase', old, ['one', one]))
        expect(kinds(ground.buildOn(target, one, 'rebase', old, ['late', late]))[0]).to.equal('conflict late')
        ground.git(ground.checkout, 'fetch', '-q', ground.mirror, target)
        ground.git(ground.checkout, 'switch', '-q', '--detach', late)
        ground.git(ground.checkout, 'merge', '-q', '-s', 'ours', '--no-commit', target)
        const resolved = ground.commit({ 'a.txt': '1 one and late\n2\n3\n4\n5\n' }, 'both')
        ground.git(ground.checkout, 'push', '-q', ground.mirror, `${resolved}:refs/heads/orchestra/s/late.2`)
        ground.git(ground.checkout, 'switch', '-q', 'main')
        const built = ground.buildOn(target, one, 'rebase', old, ['late', resolved])
        expect(kinds(built)).to.deep.equal(['link late', `tip ${tipOf(built)}`])
        expect(ground.show(tipOf(built), 'a.txt').slice(0, 14)).to.equal('1 one and late')
        expect(ground.git(ground.mirror, 'log', '-1', '--format=%s %P', tipOf(built))).to.equal(
          `late: title ${target}`,
        )
      })
    })

  it('says what the target has already', () => {
    expect(kinds(ground.build('merge', '', ['first', ground.base]))[0]).to.equal('contained first')
  })

  it('moves the target once, however often it is asked', () => {
    const to = tipOf(ground.build('merge', '', ['one', ground.branch('one', { 'a.txt': 'x\n' })]))
    expect(ground.land(to, '', 'none')).to.deep.equal(['landed'])
    // The daemon was killed before it wrote that down.
    expect(ground.land(to, '', 'none')).to.deep.equal(['landed'])
    expect(ground.landed()).to.equal(to)
    expect(ground.git(ground.origin, 'rev-parse', 'main')).to.equal(ground.base)
  })

  it('does not move a target that others landed on meanwhile', () => {
    const one = tipOf(ground.build('merge', '', ['one', ground.branch('one', { 'a.txt': 'x\n' })]))
    const two = tipOf(ground.build('merge', '', ['two', ground.branch('two', { 'b.txt': 'y\n' })]))
    expect(ground.land(one, '', 'none')).to.deep.equal(['landed'])
    expect(ground.land(two, '', 'none')).to.deep.equal(['moved', one])
    expect(ground.landed()).to.equal(one)
  })

  it('lands nothing on top of what somebody pushed while it was verified', () => {
    const to = tipOf(ground.build('merge', '', ['one', ground.branch('one', { 'a.txt': 'x\n' })]))
    const pushed = ground.commit({ 'b.txt': 'pushed\n' }, 'pushed')
    ground.git(ground.checkout, 'push', '-q', 'origin', 'main')
    // Not fetched yet: the remote itself refuses.
    expect(ground.land(to, '', 'branch')[0]).to.equal('moved')
    ground.fetch()
    for (const push of ['branch', 'none'] as const)
      expect(ground.land(to, '', push)).to.deep.equal(['moved', pushed])
    expect(ground.git(ground.origin, 'rev-parse', 'main')).to.equal(pushed)
    const again = tipOf(
      ground.build('merge', '', ['one', ground.git(ground.mirror, 'rev-parse', 'orchestra/s/one.1')]),
    )
    expect(ground.land(again, '', 'branch')).to.deep.equal(['landed'])
    expect(ground.git(ground.origin, 'rev-parse', 'main')).to.equal(again)
  })

  it('finds a push that arrived although nobody wrote it down', () => {
    const to = tipOf(ground.build('merge', '', ['one', ground.branch('one', { 'a.txt': 'x\n' })]))
    ground.git(ground.mirror, 'push', '-q', ground.origin, `${to}:refs/heads/main`)
    ground.fetch()
    expect(ground.land(to, '', 'branch')).to.deep.equal(['landed'])
    expect(ground.landed()).to.equal(to)
  })

  it('says why a remote refuses, and moves nothing', () => {
    const to = tipOf(ground.build('merge', '', ['one', ground.branch('one', { 'a.txt': 'x\n' })]))
    writeFileSync(
      join(ground.origin, 'hooks', 'pre-receive'),
      '#!/bin/sh\necho main is protected >&2\nexit 1\n',
      {
        mode: 0o755,
      },
    )
    expect(ground.land(to, '', 'branch').join(' ')).to.match(/^failed cannot push to origin: /)
    expect(ground.git(ground.mirror, 'for-each-ref', 'refs/orchestra/landed')).to.equal('')
  })

  it('pushes the branch of a pull request, twice', () => {
    const one = ground.branch('one', { 'a.txt': 'x\n' })
    const push = () =>
      ground.run(PUSH_BRANCH, ground.root, ground.checkout, 'origin', 'orchestra/s/one.1', one)
    const said = [['pushed', ground.origin]]
    expect([push(), push()]).to.deep.equal([said, said])
    expect(ground.git(ground.origin, 'rev-parse', 'orchestra/s/one.1')).to.equal(one)
  })
})
