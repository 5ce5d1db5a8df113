import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { Machine } from '../../../../lib/core/layout/model.js'
import { headOf } from '../../../../lib/daemon/machines/head-of.js'
import type { Host } from '../../../../lib/daemon/machines/host.js'
import { survey, surveyProblems } from '../../../../lib/daemon/surveys/survey.js'
import { LocalLink } from '../../../../lib/exec/local-link.js'
import { Shell } from '../../../../lib/exec/shell.js'
import { fixWorks } from '../../../support/fix-works.js'

const LATER = new Date(Date.now() + 3_600_000)

describe('the survey of a working copy', function () {
  this.timeout(30_000)
  let dir: string
  let repo: string
  let link: LocalLink
  let shell: Shell
  const env = () => ({ PATH: process.env['PATH'], HOME: join(dir, 'home'), TMPDIR: join(dir, 'tmp') })
  const gitIn = (cwd: string, ...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=n', '-c', 'user.email=a@b', '-c', 'protocol.file.allow=always', ...args],
      {
        cwd,
        env: env(),
        encoding: 'utf8',
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    ).trim()
  const git = (...args: string[]) => gitIn(repo, ...args)
  const look = async (where = repo) => (await survey(shell, { id: 'm', repo: where } as Machine)).git
  const change = (name: string, text: string) => {
    writeFileSync(join(repo, name), text)
    utimesSync(join(repo, name), LATER, LATER)
  }

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'orch-survey-'))
    repo = join(dir, 'repo')
    for (const name of ['home', 'repo', 'tmp']) mkdirSync(join(dir, name))
    link = new LocalLink({ home: join(dir, 'home'), env: env() })
    link.start()
    shell = new Shell(link)
    git('init', '-q', '-b', 'main')
    for (const name of ['a', 'b', 'c']) writeFileSync(join(repo, name), `${name}\n`)
    git('add', '-A')
    git('commit', '-qm', 'the first')
  })
  afterEach(async () => {
    expect(readdirSync(join(dir, 'tmp'))).to.deep.equal([])
    shell.dispose()
    await link.stop()
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 })
  })

  fixWorks('submodule.drop', 'submodules have no entry in .gitmodules', async (follow) => {
    const found = async (where = repo) => {
      const seen = await survey(shell, { id: 'm', repo: where } as Machine)
      return surveyProblems(seen, { repo: where } as Machine, 0)
        .map(({ text }) => text)
        .filter((text) => text.startsWith('submodule'))
    }
    const inner = join(dir, 'inner')
    mkdirSync(inner)
    gitIn(inner, 'init', '-q')
    gitIn(inner, 'commit', '-qm', 'in', '--allow-empty')
    git('submodule', '--quiet', 'add', inner, 'well')
    const head = gitIn(inner, 'rev-parse', 'HEAD')
    const plant = (path: string) => git('update-index', '--add', '--cacheinfo', `160000,${head},${path}`)
    plant('archive/dashboards/old-dashboard')
    plant('日本 語/a"b')
    git('commit', '-qm', 'two more')
    git('config', '-f', '.gitmodules', 'submodule.half.path', 'half')
    git('add', '.gitmodules')
    plant('half')
    const top = realpathSync(repo)
    const line = (path: string, quoted = path) =>
      `submodule ${path} has no entry in .gitmodules: checkouts with submodules fail, on GitHub Actions too; in ${top}: git rm --cached ${quoted}`
    const all = [line('archive/dashboards/old-dashboard'), line('half'), line('日本 語/a"b', `'日本 語/a"b'`)]
    expect(await found()).to.deep.equal(all)
    // Also from a directory inside.
    expect(await found(join(repo, 'well', '..'))).to.deep.equal(all)
    for (const text of all)
      expect((await follow(text, { cwd: top, env: { ...env(), PATH: env().PATH ?? '' } })).code).to.equal(0)
    expect(await found()).to.deep.equal([])
  })

  it('runs nothing that the configuration, the attributes or a hook of the repository names', async () => {
    const ran = join(dir, 'ran')
    mkdirSync(ran)
    const evil = (name: string) => `sh -c 'touch ${ran}/${name}; cat'`
    // A submodule with a configuration of its own.
    const inner = join(dir, 'inner')
    mkdirSync(inner)
    gitIn(inner, 'init', '-q')
    writeFileSync(join(inner, 'f'), 'f\n')
    gitIn(inner, 'add', '-A')
    gitIn(inner, 'commit', '-qm', 'in')
    git('submodule', '--quiet', 'add', inner, 'sub')
    writeFileSync(join(repo, '.gitattributes'), '* filter=x diff=x merge=x\nb filter=y\n')
    git('add', '-A')
    git('commit', '-qm', 'the second')
    git('branch', 'up')
    git('branch', '-q', '--set-upstream-to=up')
    for (const key of [
      ...['x', 'y', 'z'].flatMap((name) => [`filter.${name}.clean`, `filter.${name}.smudge`]),
      'filter.y.process',
      'core.fsmonitor',
      'core.pager',
      'core.editor',
      'core.sshCommand',
      'core.askPass',
      'core.gitProxy',
      'core.alternateRefsCommand',
      'credential.helper',
      'diff.external',
      'diff.x.command',
      'diff.x.textconv',
      'gpg.program',
      'merge.x.driver',
      'sequence.editor',
      'uploadpack.packObjectsHook',
      'alias.status',
      'alias.rev-parse',
      ...['status', 'rev-list', 'rev-parse', 'config', 'symbolic-ref'].map((name) => `pager.${name}`),
    ])
      git('config', key, evil(key))
    for (const [key, value] of [
      ['filter.x.required', 'true'],
      ['log.showSignature', 'true'],
      ['status.submoduleSummary', 'true'],
      ['status.renames', 'true'],
      ['diff.autoRefreshIndex', 'true'],
      ['core.untrackedCache', 'true'],
      ['submodule.recurse', 'true'],
      ['core.hooksPath', join(repo, 'hooks')],
      ['core.attributesFile', join(repo, 'more-attributes')],
      ['protocol.allow', 'always'],
      ['protocol.ext.allow', 'always'],
      ['remote.evil.url', `ext::sh -c touch% ${ran}/ext`],
      ['remote.evil.promisor', 'true'],
      ['remote.evil.partialclonefilter', 'blob:none'],
      ['extensions.partialClone', 'evil'],
      ['core.repositoryformatversion', '1'],
    ] as const)
      git('config', key, value)
    writeFileSync(join(repo, 'more-attributes'), '* filter=z\n')
    mkdirSync(join(repo, '.git/info'), { recursive: true })
    writeFileSync(join(repo, '.git/info/attributes'), 'c filter=z\n')
    for (const folder of ['hooks', '.git/hooks']) {
      mkdirSync(join(repo, folder), { recursive: true })
      for (const hook of [
        'post-index-change',
        'fsmonitor-watchman',
        'reference-transaction',
        'post-checkout',
      ]) {
        writeFileSync(join(repo, folder, hook), `#!/bin/sh\ntouch ${ran}/${hook}\n`)
        chmodSync(join(repo, folder, hook), 0o755)
      }
    }
    const sub = join(repo, '.git/modules/sub')
    for (const key of ['filter.i.clean', 'core.fsmonitor', 'core.pager'])
      gitIn(join(repo, 'sub'), 'config', key, evil(`inner-${key}`))
    mkdirSync(join(sub, 'info'), { recursive: true })
    writeFileSync(join(sub, 'info/attributes'), '* filter=i\n')
    writeFileSync(join(repo, 'sub/f'), 'g\n')
    utimesSync(join(repo, 'sub/f'), LATER, LATER)
    for (const name of ['a', 'b', 'c']) change(name, `${name}2\n`)
    // Git itself would run them: the ground is as hostile as it seems.
    try {
      git('status', '--porcelain')
    } catch {
      // A required filter may fail.
    }
    expect(readdirSync(ran)).to.include('filter.x.clean')
    rmSync(ran, { recursive: true })
    mkdirSync(ran)

    // a, b, c; hooks and more-attributes are untracked. What is changed inside of the submodule does not count.
    expect(await look()).to.deep.include({ branch: 'main', dirty: 5, ahead: 0, behind: 0 })
    expect(readdirSync(ran)).to.deep.equal([])
    const head = git('-c', 'core.fsmonitor=', 'rev-parse', 'HEAD')
    expect(await headOf({ isReady: true, shell } as unknown as Host, repo)).to.equal(head)
    expect(readdirSync(ran)).to.deep.equal([])

    // A partial clone whose missing objects would be fetched from a transport of the repository's choice.
    const tree = git('-c', 'core.fsmonitor=', 'rev-parse', 'HEAD^{tree}')
    rmSync(ran, { recursive: true })
    mkdirSync(ran)
    for (const id of [head, tree]) rmSync(join(repo, '.git/objects', id.slice(0, 2), id.slice(2)))
    await look()
    await headOf({ isReady: true, shell } as unknown as Host, repo)
    expect(readdirSync(ran)).to.deep.equal([])
  })

  it('waits for no FIFO that stands for a file of git', async () => {
    for (const name of ['.git/info/exclude', '.git/index']) {
      rmSync(join(repo, name), { force: true })
      execFileSync('mkfifo', [join(repo, name)])
      const began = performance.now()
      await look()
      expect(performance.now() - began, name).to.be.lessThan(12_000)
    }
  })

  it('counts as git itself does', async () => {
    const counted = () => git('status', '--porcelain').split('\n').filter(Boolean).length
    const agrees = async (what: string, where = repo) => {
      const found = await look(where)
      expect(found?.dirty, what).to.equal(counted())
      return found
    }
    expect(await agrees('clean')).to.include({ branch: 'main', dirty: 0, ahead: 0, behind: 0 })
    expect((await look())?.last_commit).to.match(/^\d{4}-\d\d-\d\dT\S+ the first$/)
    change('a', 'other\n')
    writeFileSync(join(repo, 'new'), 'x')
    mkdirSync(join(repo, 'more/deep'), { recursive: true })
    writeFileSync(join(repo, 'more/deep/x'), 'x')
    await agrees('changed, new file, new directory')
    await agrees('from a directory below', join(repo, 'more/deep'))
    // Touched, and the same.
    utimesSync(join(repo, 'b'), LATER, LATER)
    await agrees('touched')
    appendFileSync(join(repo, '.git/info/exclude'), 'new\n')
    mkdirSync(join(dir, 'home/.config/git'), { recursive: true })
    writeFileSync(join(dir, 'home/.config/git/ignore'), 'more\n')
    await agrees('ignored by two lists')
    git('add', 'a')
    rmSync(join(repo, 'c'))
    await agrees('staged and removed')
    git('update-index', '--split-index')
    await agrees('a split index')
    git('config', 'core.autocrlf', 'true')
    change('b', 'b\r\n')
    await agrees('line ends')
    git('config', 'core.fileMode', 'false')
    chmodSync(join(repo, 'b'), 0o755)
    await agrees('modes do not count')
    git('branch', 'base')
    git('commit', '-qam', 'ours')
    git('branch', '-q', '--set-upstream-to=base')
    expect(await agrees('ahead')).to.include({ ahead: 1, behind: 0 })
    git('checkout', '-q', 'base')
    git('commit', '-q', '--allow-empty', '-m', 'theirs')
    git('checkout', '-q', 'main')
    expect(await agrees('diverged')).to.include({ ahead: 1, behind: 1 })
    git('checkout', '-q', '--detach')
    expect(await agrees('detached')).to.include({ branch: '(detached)' })
    git('worktree', 'add', '-q', join(dir, 'wt'), 'base')
    writeFileSync(join(dir, 'wt/y'), 'y')
    expect(await look(join(dir, 'wt'))).to.include({ branch: 'base', dirty: 1 })
    expect(await look(join(dir, 'home'))).to.equal(null)
  })

  it('counts in a repository without a commit, and in one with longer names of objects', async () => {
    const fresh = join(dir, 'fresh')
    mkdirSync(fresh)
    gitIn(fresh, 'init', '-q', '-b', 'main', '--object-format=sha256')
    writeFileSync(join(fresh, 'x'), 'x')
    expect(await look(fresh)).to.deep.include({ branch: 'main', dirty: 1, last_commit: null })
    gitIn(fresh, 'add', '-A')
    gitIn(fresh, 'commit', '-qm', 'one')
    renameSync(join(fresh, 'x'), join(fresh, 'y'))
    expect(await look(fresh)).to.deep.include({ branch: 'main', dirty: 2 })
    expect(existsSync(join(fresh, '.git/index.lock'))).to.equal(false)
  })
})
