/** Commits that say how things stand, by a person and by the daemon, in a real working copy. */
import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { eventually } from '../support/eventually.js'
import { withOrchestra } from '../support/orchestra.js'

const layout = (repo: string) => `version: 1
session: says
layers: { L1: ORCHESTRATOR }
machines: { here: { kind: local, layer: L1, code: MB, repo: ${repo} } }
tasks:
  one: { title: one, type: command, command: 'true' }
phases:
  p0: { title: Foundation, tasks: [one] }
status_commits: { on: [phase], branch: main, allow_empty: true }
`

describe('status commits', function () {
  this.timeout(90_000)

  it('are made by the verb of what is staged, and by the daemon when a phase is complete', async () => {
    await withOrchestra(async (o) => {
      const repo = join(o.work, 'repo')
      o.write('repo/a', 'a\n')
      o.write('orchestra.yaml', layout(repo))
      const git = (...args: string[]) =>
        execFileSync('git', args, { cwd: repo, env: o.env, encoding: 'utf8' }).trim()
      git('init', '-q', '-b', 'main')
      git('config', 'user.name', 'n')
      git('config', 'user.email', 'a@b')
      const say = (...args: string[]) => o.run(['commit-status', ...args], { cwd: repo })
      await o.ok('up', '-d')

      expect((await say('too early')).stdout).to.equal('nothing is staged: no commit was made\n')
      git('add', 'a')
      o.write('repo/a', 'changed later\n')
      o.write('repo/b', 'untracked\n')
      const made = await say('--phase', 'p0', 'schema reviewed')
      expect(made.stdout, made.stderr).to.match(/^[0-9a-f]{12} \[L1\]\[MB\] status\(p0\): schema reviewed\n$/)
      expect(git('log', '--format=%s', '--name-only')).to.equal('[L1][MB] status(p0): schema reviewed\n\na')
      expect(git('show', 'HEAD:a')).to.equal('a')
      const wrong = await say('--phase', 'p9', 'x')
      expect([wrong.code, wrong.stderr]).to.deep.equal([2, 'orchestra: there is no phase p9\n'])
      // A caller of the layout's agents may not.
      const agent = await o.run(['commit-status', 'x', '--allow-empty'], {
        cwd: repo,
        env: { ORCHESTRA_AGENT: 'CG-1', ORCHESTRA_SESSION: 'says' },
      })
      expect(agent.code, agent.stdout).to.equal(1)

      await o.ok('run', '--wait')
      await eventually(
        () =>
          expect(git('log', '-1', '--format=%s')).to.equal('[L1][MB] status(p0): Foundation complete, 1/1'),
        30_000,
      )
      expect(git('show', '--stat', '--format=', 'HEAD')).to.equal('')
      await eventually(async () => expect(await o.ok('events')).to.match(/p0 +status commit [0-9a-f]{12}/))
    })
  })
})
