/** The workflows feature and bugfix, run by demo agents to their pull requests, which others merge or close. */
import { expect } from 'chai'
import { join } from 'node:path'
import type { StatusDocument, TaskRow } from '../../lib/core/protocol/status.js'
import { git, newCheckout } from '../support/checkout.js'
import { eventually } from '../support/eventually.js'
import { FakeGithub } from '../support/github/fake-github.js'
import type { FakeRepository } from '../support/github/fake-world.js'
import { Orchestra } from '../support/orchestra.js'

describe('pull requests of a run', function () {
  this.timeout(180_000)
  let orchestra: Orchestra
  let github: FakeGithub
  let repository: FakeRepository
  let origin: string
  let code: number | null
  let status: StatusDocument
  const task = (id: string): TaskRow => status.tasks.find((row) => row.id === id)!
  const pullOf = (part: string) => [...repository.pulls.values()].find(({ head }) => head.includes(part))!

  before(async () => {
    orchestra = new Orchestra({ env: { HUB_TOKEN: 'token-of-orchestra' } })
    github = new FakeGithub()
    await github.start()
    repository = github.repository()
    origin = join(orchestra.work, 'origin.git')
    const app = join(orchestra.work, 'app')
    newCheckout(app, { 'a.txt': 'a\n' })
    git(orchestra.work, 'clone', '--quiet', '--bare', app, origin)
    git(app, 'remote', 'add', 'origin', origin)
    repository.hasBranch = (name) => git(origin, 'for-each-ref', `refs/heads/${name}`) !== ''
    const layout = orchestra.write(
      'orchestra.yaml',
      `version: 1
session: flow
repositories: { app: { machine_paths: { here: ${app} }, remote: origin } }
machines: { here: { kind: local }, hub: { kind: github, repository: owner/name } }
github: { hub: { api: '${github.url}', token: { env: HUB_TOKEN }, mode: mirror, poll: { active: 1s, idle: 1s } } }
trees: { app: { repository: app, size: 4, dir: ${orchestra.work}/trees } }
merges: { app: { pool: app, push: pr, verify: ['test -e a.txt'] } }
agents:
  P: { type: demo, role: planning, tree: app, env: { DEMO_SPEED: '2000' } }
  I: { type: demo, role: implement, tree: app, env: { DEMO_SPEED: '2000' } }
workflows:
  login:
    use: feature
    with: { title: Login page, tree: app, test: 'test -e plans/login.md -a -e login.txt' }
    tasks: { implement: { outputs: [login.txt] } }
  crash:
    use: bugfix
    with: { title: Crash on an empty file, tree: app, test: 'test -e crash.test -a -e crash.fix' }
    tasks: { reproduce: { outputs: [crash.test] }, fix: { outputs: [crash.fix] } }
`,
    )
    expect(await orchestra.ok('plan', layout)).to.match(/^\+ task login-pr \(/m)
    await orchestra.ok('up', layout, '-d')
    code = (await orchestra.run(['run', '--wait'], { timeoutMs: 150_000 })).code
    status = await orchestra.status()
  })

  after(async () => {
    await orchestra.close()
    await github.stop()
  })

  it('runs both workflows to their end, in their order', () => {
    expect(status.tasks.map(({ id, status: now }) => [id, now])).to.deep.equal(
      [
        ...['plan', 'implement', 'test', 'review', 'merge', 'pr'].map((step) => `login-${step}`),
        ...['reproduce', 'fix', 'test', 'review', 'merge', 'pr'].map((step) => `crash-${step}`),
      ].map((id) => [id, 'COMPLETED']),
    )
    expect(code).to.equal(0)
  })

  it('makes one pull request of each, of the branch that holds the others, with what was proved', () => {
    const made = [...repository.pulls.values()].map(({ head, base }) => [head, base])
    expect(made).to.have.deep.members([
      ['orchestra/flow/login-implement.1', 'main'],
      ['orchestra/flow/crash-fix.1', 'main'],
    ])
    const { number } = pullOf('login')
    const { title, body } = repository.issues.get(number)!
    expect(title).to.equal('Implement: Login page')
    expect(body).to.match(
      /^`login-implement`, attempt `login-implement.1` by I: 1 commit, 1 file changed on /,
    )
    const url = `https://github.com/owner/name/pull/${number}`
    expect(status.merges[0]?.offered).to.deep.include.members([
      { task: 'login-plan', url, reason: null },
      { task: 'login-implement', url, reason: null },
    ])
    expect(task('login-pr').proof).to.equal('exit')
    expect(task('login-implement').landed).to.equal(null)
    expect(git(origin, 'for-each-ref', '--format=%(refname:short)').split('\n')).to.have.members([
      'main',
      'orchestra/flow/login-implement.1',
      'orchestra/flow/crash-fix.1',
    ])
    expect(github.problems).to.deep.equal([])
  })

  it('knows what others merged, and asks a person about what they closed', async () => {
    const clone = join(orchestra.work, 'theirs')
    git(orchestra.work, 'clone', '--quiet', origin, clone)
    git(clone, 'merge', '--quiet', '--no-ff', '-m', 'Merge it', 'origin/orchestra/flow/login-implement.1')
    git(clone, 'push', '--quiet', 'origin', 'HEAD:main')
    const oid = git(clone, 'rev-parse', 'HEAD')
    github.world.closePull(repository, pullOf('login').number, oid)
    github.world.closePull(repository, pullOf('crash').number, null)
    await eventually(async () => {
      status = await orchestra.status()
      expect(task('login-implement').landed).to.include({ oid, into: 'main' })
      expect(task('login-plan').landed).to.include({ oid, into: 'main' })
      expect(
        status.summary.attention
          .filter(({ kind }) => kind === 'merge_stuck')
          .map(({ id, text }) => [id, text]),
      ).to.deep.include([
        'crash-fix',
        `does not land: its pull request https://github.com/owner/name/pull/${pullOf('crash').number} was closed without being merged`,
      ])
    }, 60_000)
    expect(task('crash-fix').landed).to.equal(null)
  })
})
