/** Queues that squash, that rebase and that push, whole runs: branches on top of each other, a target that others push to, also during a verification. */
import { expect } from 'chai'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EventRow, StatusDocument } from '../../lib/core/protocol/status.js'
import { git, newCheckout } from '../support/checkout.js'
import { Orchestra } from '../support/orchestra.js'

const QUEUES = ['squash', 'rebase', 'branch'] as const
const commit = (id: string) => `git add -A && git -c user.name=a -c user.email=a@a commit -qm ${id}`

describe('merging in other ways than by merges in our mirror', function () {
  this.timeout(180_000)
  let orchestra: Orchestra
  let code: number | null
  let status: StatusDocument
  const at = (...path: string[]) => join(orchestra.work, ...path)

  before(async () => {
    orchestra = new Orchestra()
    for (const queue of QUEUES) {
      newCheckout(at(queue), { 'a.txt': 'a\n' })
      git(orchestra.work, 'clone', '--quiet', '--bare', at(queue), at(`${queue}.git`))
      git(at(queue), 'remote', 'add', 'origin', at(`${queue}.git`))
      git(orchestra.work, 'clone', '--quiet', at(`${queue}.git`), at(`${queue}.theirs`))
    }
    const push = (queue: string) =>
      `cd ${at(`${queue}.theirs`)} && echo theirs > theirs.txt && ${commit('theirs')} && git push -q origin HEAD:main`
    const verify = `git rev-parse HEAD^{tree} >> ${at('branch.runs')}; ! mkdir ${at('branch.pushed')} 2>/dev/null || (${push('branch')})`
    const tasks = (queue: string) => `
  ${queue}-one: { title: One, tree: ${queue}, command: 'echo one > a.txt && ${commit('one')}' }
  ${queue}-two: { title: Two, tree: ${queue}, needs: [${queue}-one], command: 'echo two > a.txt && ${commit('two')}' }
  ${queue}-land: { title: Land, type: merge, tree: ${queue}, needs: [${queue}-two] }
  ${queue}-push: { title: Push, type: command, needs: [${queue}-land], command: '${push(queue)}' }
  ${queue}-three: { title: Three, tree: ${queue}, needs: [${queue}-push, ${queue}-two], command: 'echo three > a.txt && ${commit('three')}' }`
    const layout = orchestra.write(
      'hows.yaml',
      `version: 1
session: hows
machines: { here: { kind: local } }
repositories:
${QUEUES.map((queue) => `  ${queue}: { machine_paths: { here: ${at(queue)} }, remote: origin }`).join('\n')}
trees:
${QUEUES.map((queue) => `  ${queue}: { repository: ${queue}, size: 3, dir: ${at('trees')} }`).join('\n')}
merges:
  squash: { how: squash, verify: ['test -e a.txt'] }
  rebase: { how: rebase, verify: ['test -e a.txt'] }
  branch: { push: branch, verify: ['${verify}'] }
tasks:${tasks('squash')}${tasks('rebase')}
  branch-one: { title: One, tree: branch, command: 'echo one > one.txt && ${commit('one')}' }
  branch-two: { title: Two, tree: branch, needs: [branch-one], command: 'echo two > one.txt && ${commit('two')}' }
  branch-land: { title: Land, type: merge, tree: branch, needs: [branch-two] }
`,
    )
    await orchestra.ok('up', layout, '-d')
    code = (await orchestra.run(['run', '--wait'], { timeoutMs: 150_000 })).code
    status = await orchestra.status()
  })

  after(() => orchestra.close())

  const mirror = (queue: string) => {
    const root = readdirSync(at('trees')).find((name) => name.startsWith(`${queue}.`)) ?? ''
    return at('trees', root, 'mirror.git')
  }
  const landed = (queue: string, format: string) =>
    git(mirror(queue), 'log', '--first-parent', `--format=${format}`, 'refs/orchestra/landed/main').split(
      '\n',
    )
  const show = (repository: string, where: string) => git(repository, 'show', where)

  it('ends well, with all branches landed', () => {
    expect(
      status.tasks.filter((task) => task.status !== 'COMPLETED').map(({ id, reason }) => [id, reason]),
    ).to.deep.equal([])
    expect(status.merges.map(({ id, landed: all, problems }) => [id, all.length, problems])).to.deep.equal([
      ['squash', 3, []],
      ['rebase', 3, []],
      ['branch', 2, []],
    ])
    expect(code).to.equal(0)
  })

  it('squashes each branch to a commit that names it, on top of what others pushed', () => {
    expect(landed('squash', '%s')).to.deep.equal([
      'squash-three: Three',
      'Merge what others pushed to main',
      'squash-two: Two',
      'squash-one: One',
      'first',
    ])
    expect(landed('squash', '%P').map((parents) => parents.split(' ').filter(Boolean).length)).to.deep.equal([
      1, 2, 1, 1,
    ])
    expect(git(mirror('squash'), 'log', '-1', '--format=%b', 'refs/orchestra/landed/main')).to.contain(
      'Orchestra-Attempt: squash-three.1',
    )
  })

  it('rebases the commits of each branch, with their authors', () => {
    expect(landed('rebase', '%s %an')).to.deep.equal([
      'three a',
      'Merge what others pushed to main orchestra',
      'two a',
      'one a',
      'first p',
    ])
  })

  it('has the same files whatever the way, and touches no checkout', () => {
    for (const queue of ['squash', 'rebase']) {
      expect(show(mirror(queue), 'refs/orchestra/landed/main:a.txt')).to.equal('three')
      expect(show(mirror(queue), 'refs/orchestra/landed/main:theirs.txt')).to.equal('theirs')
      expect(git(at(`${queue}.git`), 'log', '--format=%s', 'main')).to.equal('theirs\nfirst')
      expect(git(at(queue), 'status', '--porcelain')).to.equal('')
    }
  })

  it('pushes what was verified, on top of what somebody pushed in the middle of the verification', async () => {
    const origin = at('branch.git')
    const runs = readFileSync(at('branch.runs'), 'utf8').trim().split('\n')
    expect(runs).to.include(git(origin, 'rev-parse', 'main^{tree}'))
    expect([show(origin, 'main:one.txt'), show(origin, 'main:theirs.txt')]).to.deep.equal(['two', 'theirs'])
    expect(git(origin, 'log', '--first-parent', '--format=%s', 'main').split('\n')).to.deep.equal([
      'branch-two: Two',
      'branch-one: One',
      'theirs',
      'first',
    ])
    const events = await orchestra.json<EventRow[]>('events', '-n', '2000')
    expect(events.filter(({ type }) => type === 'merge.moved')).to.have.length(1)
    expect(status.tasks.find(({ id }) => id === 'branch-two')?.landed).to.include({
      oid: git(origin, 'rev-parse', 'main'),
      into: 'main',
    })
  })
})
