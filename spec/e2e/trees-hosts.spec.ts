/** Worktrees on two ssh hosts: branches travel between them, agents keep their tree or are started in one, and bases may disagree. */
import { expect } from 'chai'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { AgentRow, TaskRow } from '../../lib/core/protocol/status.js'
import type { TreesDocument } from '../../lib/core/protocol/trees.js'
import { git, newCheckout } from '../support/checkout.js'
import { finishedTasks, withRunRig, type RunRig } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'

const COMMIT = 'git add -A && git -c user.name=a -c user.email=a commit -qm'

describe('worktrees on hosts', function () {
  this.timeout(300_000)
  needsSshd(this)
  let tasks: readonly TaskRow[]
  let rig: RunRig
  let end: () => void
  let rigEnds: Promise<void>
  let trees: TreesDocument
  let held: AgentRow
  const task = (id: string) => tasks.find((row) => row.id === id)!

  before(async () => {
    rig = await new Promise<RunRig>((begun, failed) => {
      rigEnds = withRunRig(2, (made) => {
        begun(made)
        return new Promise((resolve) => (end = resolve))
      })
      rigEnds.catch(failed)
    })
    const { orchestra, sshds } = rig
    const [one, two] = sshds.map(({ home }) => join(home, 'app')) as [string, string]
    newCheckout(one, { 'key.txt': '1\n', 'same.txt': 'same\n' })
    git(one, 'clone', '--quiet', one, two)
    // The target of the second host is a commit behind what the first has: nobody knows it there yet.
    writeFileSync(join(one, 'late.txt'), 'late\n')
    git(one, 'add', '-A')
    git(one, 'commit', '--quiet', '-m', 'late')
    const layout = orchestra.write(
      'hosts.yaml',
      `version: 1
session: hosts
machines:
  here: { kind: local }
${rig.machines}
repositories: { app: { machine_paths: { h1: ~/app, h2: ~/app } } }
trees:
  app: { repository: app, size: 3, dir: ~/wood, setup: ['echo "$ORCHESTRA_TREE_INDEX" >>../setup.log'], setup_key: [key.txt], ports: { PORT: 34600 } }
agent_types:
  once: { extends: command, mode: headless, command: [sh, -c, 'cat >prompt.txt; pwd >where.txt'] }
agents:
  KEEPS: { type: demo, machine: h1, tree: { pool: app, hold: agent }, env: { DEMO_SPEED: "20" } }
  ONCE: { type: once, machine: h2, tree: app }
windows:
  - { name: K, agents: [KEEPS] }
tasks:
  first: { title: First, type: command, machine: h1, tree: app, command: 'echo 1 >first.txt && echo 2 >key.txt && ${COMMIT} first' }
  second: { title: Second, type: command, machine: h2, tree: app, needs: [first], command: 'test -f late.txt && echo 2 >second.txt && ${COMMIT} second' }
  third: { title: Third, type: command, machine: h1, tree: app, needs: [second], command: 'cat first.txt second.txt && echo 3 >same.txt && ${COMMIT} third' }
  other: { title: Other, type: command, machine: h2, tree: app, command: 'echo other >same.txt && ${COMMIT} other' }
  both: { title: Both, type: command, machine: h2, tree: app, needs: [third, other], command: 'true' }
  plain: { title: Plain, agent: ONCE, prompt: put this down, verify: ['grep -q "put this down" prompt.txt', 'test "$(cat where.txt)" = "$ORCHESTRA_TREE"'] }
  kept: { title: Kept, agent: KEEPS, outputs: [kept.txt], estimate: 2s }
  again: { title: Again, agent: KEEPS, needs: [kept], outputs: [again.txt], verify: ['test -f kept.txt'], estimate: 2s }
`,
    )
    await orchestra.ok('up', layout, '-d', '--run')
    tasks = await finishedTasks(orchestra, 250_000)
    trees = await orchestra.json<TreesDocument>('trees')
    held = await orchestra.untilStatus(({ agents }) => {
      const row = agents.find(({ id }) => id === 'KEEPS')!
      expect(row.state).to.equal('idle')
      return row
    })
  })

  after(async () => {
    end()
    await rigEnds
  })

  const mirror = (host: number) =>
    join(dirname(trees.slots.find(({ machine }) => machine === `h${host}`)!.path!), 'mirror.git')

  it('brings the branches of what a task needs to its machine, and back', () => {
    expect(tasks.map(({ id, status }) => `${id} ${status}`)).to.deep.equal([
      'first COMPLETED',
      'second COMPLETED',
      'third COMPLETED',
      'other COMPLETED',
      'both BLOCKED',
      'plain COMPLETED',
      'kept COMPLETED',
      'again COMPLETED',
    ])
    expect(git(mirror(1), 'log', '--format=%s', 'orchestra/hosts/third.1')).to.equal(
      'third\nsecond\nfirst\nlate\nfirst',
    )
    expect(git(mirror(2), 'log', '--format=%s', 'orchestra/hosts/second.1')).to.equal(
      'second\nfirst\nlate\nfirst',
    )
  })

  it('blocks a task whose needs do not fit together, with the names of the files', () => {
    expect(task('both').reason).to.contain('other conflicts in same.txt')
  })

  it('starts a headless agent in its tree, and commits what it left', () => {
    expect(git(mirror(2), 'show', '--stat', '--format=%s', 'orchestra/hosts/plain.1')).to.match(
      /^plain\.1: what was not committed\s+prompt\.txt/,
    )
  })

  it('keeps the tree and the start of an agent that holds it', () => {
    const slot = trees.slots.find(({ holder }) => holder === 'KEEPS')
    expect(slot).to.include({ machine: 'h1', state: 'ready' })
    expect([task('kept').tree?.slot, task('again').tree?.slot]).to.deep.equal([slot?.id, slot?.id])
    expect(held).to.include({ generation: 1, state: 'idle' })
    expect(
      git(mirror(1), 'ls-tree', '--name-only', 'orchestra/hosts/again.1').split('\n'),
    ).to.include.members(['kept.txt', 'again.txt', 'late.txt'])
  })

  it('runs setup once a tree, and again when its key has changed', () => {
    const log = readFileSync(join(dirname(mirror(1)), 'setup.log'), 'utf8')
      .trim()
      .split('\n')
    expect(log.length).to.be.greaterThan(new Set(log).size)
  })

  it('gives each tree ports of its own, and writes no checkout', () => {
    const ports = trees.slots.filter(({ machine }) => machine === 'h1').map(({ ports }) => ports['PORT'])
    expect(new Set(ports).size).to.equal(ports.length)
    for (const { home } of rig.sshds) {
      expect(git(join(home, 'app'), 'status', '--porcelain')).to.equal('')
      expect(git(join(home, 'app'), 'for-each-ref', '--format=%(refname)')).to.not.contain('orchestra')
      expect(existsSync(join(home, 'app', '.git', 'worktrees'))).to.equal(false)
    }
  })
})
