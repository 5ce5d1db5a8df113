/** Attempts in worktrees of their own, from the layout to the branches: agents that are started in them, commands, escapes. */
import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ApiClient } from '../../lib/api/client.js'
import type { RepoDocument, TreesDocument } from '../../lib/core/protocol/trees.js'
import type { AgentRow, TaskRow } from '../../lib/core/protocol/status.js'
import { git, newCheckout } from '../support/checkout.js'
import { eventually } from '../support/eventually.js'
import { isAlive } from '../support/processes.js'
import { Orchestra } from '../support/orchestra.js'
import { finishedTasks } from '../support/run-rig.js'

describe('worktrees', function () {
  this.timeout(180_000)
  let orchestra: Orchestra
  let checkout: string
  let tasks: readonly TaskRow[]
  const task = (id: string) => tasks.find((row) => row.id === id)!
  const agent = async (id: string) =>
    (await orchestra.json<AgentRow[]>('agents')).find((row) => row.id === id)!

  const leaked = async () =>
    (await orchestra.status()).summary.attention.filter(({ kind }) => kind === 'tree_leaked')

  before(async () => {
    orchestra = new Orchestra()
    checkout = join(orchestra.work, 'app')
    newCheckout(checkout, { '.gitignore': '.env\nnode_modules/\n', 'a.txt': 'a\n' })
    writeFileSync(join(checkout, '.env'), 'SECRET=1\n')
    // A person is in the middle of something.
    writeFileSync(join(checkout, 'a.txt'), 'a, changed by a person\n')
    const layout = orchestra.write(
      'trees.yaml',
      `version: 1
session: wood
repositories: { app: { machine_paths: { here: ${checkout} } } }
machines: { here: { kind: local } }
trees:
  app: { repository: app, size: 3, dir: ${orchestra.work}/wood, setup: ['mkdir -p node_modules && echo set up > node_modules/it'], copy: [.env], ports: { PORT: 34500 } }
agents:
  D-1: { type: demo, role: work, tree: app, env: { DEMO_SPEED: "20" } }
windows:
  - { name: D, agent: D-1 }
tasks:
  one: { title: One, agent: D-1, outputs: [one.txt], verify: ['test "$PORT" -gt 34500', 'test -f .env && test -f node_modules/it'], estimate: 2s }
  two: { title: Two, agent: D-1, needs: [one], outputs: [two.txt], verify: ['test -s one.txt'], estimate: 2s }
  job: { title: Job, tree: app, command: 'pwd; echo $ORCHESTRA_TREE $ORCHESTRA_TREE_INDEX; test "$PWD" = "$ORCHESTRA_TREE"; git branch --show-current', verify: ['test ! -e job.txt'] }
  strays: { title: Strays, tree: app, needs: [two], command: 'git switch -qc elsewhere && echo x > x.txt && git add x.txt && git -c user.name=a -c user.email=a commit -qm x' }
  reaches: { title: Reaches out, tree: app, needs: [two], command: 'echo reached > ${checkout}/reached.txt' }
  behind: { title: Behind, tree: app, needs: [strays], command: 'true' }
`,
    )
    await orchestra.ok('up', layout, '-d', '--wait')
  })

  after(() => orchestra.close())

  it('keeps an agent away while it has no task, and says so', async () => {
    const { state, reason } = await agent('D-1')
    expect([state, reason]).to.deep.equal(['exited', 'no task'])
    const { stdout } = await orchestra.run(['send', 'D-1', 'hello'])
    expect(stdout).to.contain('refused: D-1 is not running: no task')
  })

  it('does each task on a branch of its own, on top of what it needs', async () => {
    await orchestra.ok('run')
    tasks = await finishedTasks(orchestra)
    expect(
      Object.fromEntries(tasks.map(({ id, status }) => [id, status])),
      JSON.stringify(tasks.map(({ id, reason }) => [id, reason])),
    ).to.deep.equal({
      one: 'COMPLETED',
      two: 'COMPLETED',
      job: 'COMPLETED',
      strays: 'BLOCKED',
      reaches: 'BLOCKED',
      behind: 'BLOCKED',
    })
    const [root] = execFileSync('ls', [join(orchestra.work, 'wood')], { encoding: 'utf8' })
      .trim()
      .split('\n')
    const mirror = join(orchestra.work, 'wood', root ?? '', 'mirror.git')
    expect(git(mirror, 'log', '--format=%s', '-2', 'orchestra/wood/two.1')).to.equal(
      'two.1: what was not committed\none.1: what was not committed',
    )
    expect(git(mirror, 'ls-tree', '--name-only', 'orchestra/wood/two.1').split('\n')).to.deep.equal([
      '.gitignore',
      'a.txt',
      'one.txt',
      'two.txt',
    ])
  })

  it('shows who left its tree, and loses nothing of that', async () => {
    expect(task('strays').reason).to.match(/it is on elsewhere and not on its branch, with 1 commits/)
    const { summary } = await orchestra.status()
    const found = summary.attention.filter(({ kind }) => kind === 'tree_escape')
    expect(found.map(({ id, human }) => [id, human])).to.deep.equal([
      ['strays', true],
      ['reaches', true],
    ])
    expect(task('reaches').reason).to.match(/files of the checkout .*app have changed: reached.txt/)
  })

  it('never writes the checkout', () => {
    expect(readFileSync(join(checkout, 'a.txt'), 'utf8')).to.equal('a, changed by a person\n')
    expect(git(checkout, 'for-each-ref', '--format=%(refname)')).to.equal('refs/heads/main')
    expect(git(checkout, 'worktree', 'list').split('\n')).to.have.length(1)
    expect(existsSync(join(checkout, 'node_modules'))).to.equal(false)
  })

  it('shows the work, and puts it where a person stands', async () => {
    expect(await orchestra.ok('diff', 'two', '--stat')).to.match(/two\.txt \|/)
    const here = join(orchestra.work, 'here')
    git(orchestra.work, 'clone', '--quiet', checkout, here)
    const applied = await orchestra.run(['apply', 'one'], { cwd: here })
    expect(applied.stdout, applied.stderr).to.equal('one.1: 1 files are changed here and not committed\n')
    expect(git(here, 'status', '--porcelain')).to.equal('?? one.txt')
    const open = await orchestra.ok('open', 'two')
    expect(open).to.match(/^cd .*wood.*app\.0\d\n$/)
  })

  it('lists slots, saved work and leaks, and repairs what it can without a loss', async () => {
    const doc = await orchestra.json<TreesDocument>('trees')
    expect(doc.slots.map(({ state }) => state)).to.deep.equal(doc.slots.map(() => 'free'))
    expect(doc.slots.length).to.be.within(1, 3)
    expect(doc.leaks).to.deep.equal([])
    const root = dirname(doc.slots[0]!.path!)
    mkdirSync(join(root, 'strange'))
    writeFileSync(join(root, 'strange', 'kept.txt'), 'kept\n')
    rmSync(doc.slots[0]!.path!, { recursive: true })
    const leaks = async () =>
      (await orchestra.json<TreesDocument>('trees')).leaks.map(({ kind, name }) => `${kind} ${name}`)
    expect((await leaks()).toSorted()).to.deep.equal(['orphan_dir strange', 'orphan_entry app.01'])
    expect((await leaked()).map(({ id, text }) => [id, text])).to.deep.equal([
      ['here', '1 worktree not accounted for (8.0 KB): orphan_dir strange'],
    ])
    expect(await orchestra.ok('trees', 'repair')).to.match(
      /strange: moved to .*; saved as refs\/orchestra\/saved/,
    )
    expect(await leaks()).to.deep.equal(['missing app.01'])
    expect(await leaked()).to.deep.equal([])
  })

  it('looks for leaks by itself when it starts, and for another place where something stands in the way', async () => {
    const { slots } = await orchestra.json<TreesDocument>('trees')
    const root = dirname(slots[0]!.path!)
    const pid = orchestra.daemonPid('wood') ?? 0
    process.kill(pid, 'SIGKILL')
    await eventually(() => !isAlive(pid))
    mkdirSync(join(root, 'app.01'))
    writeFileSync(join(root, 'app.01', 'theirs.txt'), 'theirs\n')
    await orchestra.ok('up', join(orchestra.work, 'trees.yaml'), '-d', '--wait')
    await orchestra.untilStatus(({ summary }) => {
      const kinds = summary.attention.filter(({ kind }) => kind === 'tree_leaked').map(({ text }) => text)
      expect(kinds.join()).to.contain('orphan_dir app.01')
    })
    await orchestra.ok('submit', 'More', '--id', 'more', '--agent', 'D-1', '--estimate', '1s')
    await orchestra.ok('run')
    await orchestra.ok('wait', 'more', '--for', 'COMPLETED', '--timeout', '60s')
    expect(readFileSync(join(root, 'app.01', 'theirs.txt'), 'utf8')).to.equal('theirs\n')
    expect(await orchestra.ok('trees', 'repair')).to.contain('app.01: moved to')
    expect(await leaked()).to.deep.equal([])
  })

  it('shows a dirty working copy, and saves it beside without touching it', async () => {
    const before = git(checkout, 'status', '--porcelain')
    const look = await orchestra.json<RepoDocument>('repo', 'here')
    expect([look.changed, look.untracked, look.branch]).to.deep.equal([1, 1, 'main'])
    const saved = await orchestra.json<RepoDocument>('repo', 'here', 'save')
    expect(saved.done).to.match(/^saved 2 files as the branch orchestra-saved\//)
    expect(git(checkout, 'status', '--porcelain')).to.equal(before)
    expect(git(checkout, 'show', `${saved.saved[0]}:reached.txt`)).to.equal('reached')
  })

  it('tells clients that know other names of the trees that were made and removed', async () => {
    const file = join(orchestra.state, 'sessions/wood/daemon.json')
    const { socket } = JSON.parse(readFileSync(file, 'utf8')) as { socket: string }
    const { slots } = await orchestra.json<TreesDocument>('trees')
    const free = slots.find(({ state }) => state === 'free')!.id
    await orchestra.ok('trees', 'remove', free)
    const stop = new AbortController()
    const heard: { type: string; worktree_id?: string; branch?: string }[] = []
    await new ApiClient(socket).stream(
      '/api/v1/stream?only=event&after=0',
      ({ data }) => {
        heard.push(data as (typeof heard)[number])
        if (heard.at(-1)?.type === 'worktree_deleted') stop.abort()
      },
      stop.signal,
    )
    expect(heard.at(-1)).to.deep.include({ type: 'worktree_deleted', worktree_id: free })
    const made = heard.filter(({ type }) => type === 'worktree_created')
    expect(made.map(({ worktree_id: id }) => id)).to.include(free)
    expect(made.map(({ branch }) => branch)).to.include('orchestra/wood/one.1')
  })
})
