import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { Machine } from '../../../../lib/core/layout/model.js'
import { commitStatus, type StatusCommitOrder } from '../../../../lib/daemon/status-commits/commit-status.js'
import { survey } from '../../../../lib/daemon/surveys/survey.js'
import { LocalLink } from '../../../../lib/exec/local-link.js'
import { Shell } from '../../../../lib/exec/shell.js'

describe('a status commit of the daemon', function () {
  this.timeout(30_000)
  let dir: string
  let repo: string
  let link: LocalLink
  let shell: Shell
  const env = () => ({ PATH: process.env['PATH'], HOME: join(dir, 'home'), TMPDIR: dir })
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: repo,
      env: env(),
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    }).trim()
  const make = (more: Partial<StatusCommitOrder> = {}) =>
    commitStatus(shell, {
      repo,
      branch: 'main',
      allowEmpty: false,
      subject: '[L2][MU] status(p1): complete',
      trailer: 'Orchestra-Status: s/1/p1',
      ...more,
    })

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'orch-status-'))
    repo = join(dir, 'repo')
    for (const name of ['home', 'repo']) mkdirSync(join(dir, name))
    link = new LocalLink({ home: join(dir, 'home'), env: env() })
    link.start()
    shell = new Shell(link)
    git('init', '-q', '-b', 'main')
    git('config', 'user.name', 'n')
    git('config', 'user.email', 'a@b')
    writeFileSync(join(repo, 'a'), 'a\n')
    git('add', 'a')
    git('commit', '-qm', 'first')
  })
  afterEach(async () => {
    shell.dispose()
    await link.stop()
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 })
  })

  it('has what is staged and nothing else, once, and the survey reads it back', async () => {
    writeFileSync(join(repo, 'a'), 'staged\n')
    git('add', 'a')
    writeFileSync(join(repo, 'a'), 'later\n')
    writeFileSync(join(repo, 'untracked'), '')
    const made = await make()
    expect(made).to.deep.equal({ kind: 'made', commit: git('rev-parse', 'HEAD') })
    expect(git('show', 'HEAD:a')).to.equal('staged')
    expect(git('status', '--porcelain')).to.equal('M a\n?? untracked')
    expect(await make({ allowEmpty: true })).to.deep.equal({ kind: 'already' })
    const { statusCommits } = await survey(shell, { id: 'm', repo } as Machine)
    expect(statusCommits.map(({ layer, code, phase, text }) => [layer, code, phase, text])).to.deep.equal([
      ['L2', 'MU', 'p1', 'complete'],
    ])
    expect(statusCommits[0]?.commit).to.equal(git('rev-parse', '--short', 'HEAD'))
  })

  it('is not made where nothing is staged, another branch is checked out, or a merge is going on', async () => {
    expect(await make()).to.deep.equal({ kind: 'nothing_staged' })
    git('checkout', '-qb', 'feature/x')
    expect(await make({ allowEmpty: true })).to.deep.equal({
      kind: 'refused',
      reason: 'feature/x is checked out, not main',
    })
    git('checkout', '-q', 'main')
    writeFileSync(join(repo, '.git/MERGE_HEAD'), `${git('rev-parse', 'HEAD')}\n`)
    expect(await make({ allowEmpty: true })).to.include({ kind: 'refused' })
    rmSync(join(repo, '.git/MERGE_HEAD'))
    expect(git('rev-list', '--count', '--all')).to.equal('1')
    expect((await make({ allowEmpty: true })).kind).to.equal('made')
    expect(await make({ repo: join(dir, 'none') })).to.deep.equal({
      kind: 'refused',
      reason: `there is no working copy at ${join(dir, 'none')}`,
    })
  })

  it('is made in a repository without a commit, and refused without a name', async () => {
    rmSync(join(repo, '.git'), { recursive: true })
    git('init', '-q', '-b', 'main')
    git('add', 'a')
    git('config', 'user.useConfigOnly', 'true')
    expect(await make()).to.deep.equal({
      kind: 'refused',
      reason: 'git knows no user.name and user.email there',
    })
    git('config', 'user.name', 'n')
    git('config', 'user.email', 'a@b')
    expect((await make()).kind).to.equal('made')
  })

  it('runs nothing that the repository names', async () => {
    const ran = join(dir, 'ran')
    const evil = `sh -c 'touch ${ran}; cat'`
    for (const hook of [
      'pre-commit',
      'commit-msg',
      'post-commit',
      'prepare-commit-msg',
      'reference-transaction',
    ]) {
      writeFileSync(join(repo, '.git/hooks', hook), `#!/bin/sh\ntouch ${ran}\n`)
      chmodSync(join(repo, '.git/hooks', hook), 0o755)
    }
    for (const [key, value] of [
      ['filter.x.clean', evil],
      ['core.fsmonitor', evil],
      ['core.editor', evil],
      ['gpg.program', evil],
      ['commit.gpgSign', 'true'],
    ] as const)
      git('config', key, value)
    writeFileSync(join(repo, '.git/info/attributes'), '* filter=x\n')
    writeFileSync(join(repo, 'b'), 'b\n')
    git('update-index', '--add', '--cacheinfo', `100644,${git('rev-parse', 'HEAD:a')},b`)
    // Older than the files, as after a change in the same instant: git then looks into them when it writes the index.
    utimesSync(join(repo, '.git/index'), 1, 1)
    rmSync(ran, { force: true })
    expect((await make()).kind).to.equal('made')
    expect(existsSync(ran)).to.equal(false)
  })
})
