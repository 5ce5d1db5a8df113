/** About worktrees and working copies. */
import { expect } from 'chai'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { git, newCheckout } from '../support/checkout.js'
import { eventually } from '../support/eventually.js'
import { fixWorks, type Ground } from '../support/fix-works.js'
import { Orchestra } from '../support/orchestra.js'
import { finishedTasks } from '../support/run-rig.js'

describe('the commands that are printed about worktrees', function () {
  this.timeout(120_000)
  let here: Orchestra
  let ground: Ground

  beforeEach(async () => {
    here = new Orchestra()
    ground = { env: here.env, cwd: here.work }
    const app = join(here.work, 'app')
    newCheckout(app, { 'a.txt': 'a\n', '.gitignore': 'built.txt\n' })
    writeFileSync(join(app, 'new.txt'), 'new\n')
    here.write(
      'orchestra.yaml',
      `version: 1
session: fix
machines: { here: { kind: local, repo: ${app} } }
repositories: { app: { machine_paths: { here: ${app} } } }
trees: { app: { repository: app, size: 1, dir: ${here.work}/wood } }
tasks: { one: { title: One, tree: app, command: 'echo left > left.txt; echo built > built.txt' } }
`,
    )
    await here.ok('up', '-d', '--wait', '--run')
    await finishedTasks(here)
    await eventually(async () => {
      const { slots } = await here.json<{ slots: { state: string }[] }>('trees')
      expect(slots.map(({ state }) => state)).to.deep.equal(['free'])
    })
  })
  afterEach(async () => {
    await here.run(['down'])
    await here.close()
  })

  const refused = async (...args: string[]) => {
    const { code, stderr } = await here.run(args)
    expect(code, stderr).to.not.equal(0)
    return stderr
  }

  fixWorks('trees.list', 'there is no such slot', async (follow) => {
    const { code, output } = await follow(await refused('trees', 'remove', 'app.here.9'), ground)
    expect(code, output).to.equal(0)
    expect(output).to.include('app.here.1')
  })

  fixWorks('trees.saved', 'nothing is saved so', async (follow) => {
    const { code, output } = await follow(await refused('trees', 'restore', 'nothing'), ground)
    expect(code, output).to.equal(0)
    expect(output).to.include('refs/orchestra/saved/fix/one.1/')
  })

  fixWorks('trees.repair', 'a directory stands there that git does not list', async (follow) => {
    const { slots } = await here.json<{ slots: { path: string }[] }>('trees')
    mkdirSync(join(slots[0]!.path, '..', 'strange'))
    const { code, output } = await follow(await here.ok('trees'), ground)
    expect(code, output).to.equal(0)
    expect(await here.ok('trees')).to.not.include('strange')
  })

  fixWorks('trees.repair-ignored', 'ignored files keep a forgotten tree', async (follow) => {
    const { slots } = await here.json<{ slots: { path: string }[] }>('trees')
    const root = dirname(slots[0]!.path)
    const mark = `${readFileSync(join(root, 'mark'), 'utf8').trim()} forgotten`
    const add = [
      'worktree',
      'add',
      '--detach',
      '--lock',
      '--reason',
      mark,
      join(root, 'app.09'),
      'orchestra/fix/one.1',
    ]
    git(join(root, 'mirror.git'), ...add)
    writeFileSync(join(root, 'app.09', 'built.txt'), 'built')
    const { code, output } = await follow(await here.ok('trees', 'repair'), ground)
    expect(code, output).to.equal(0)
    expect(await here.ok('trees')).to.not.include('app.09')
  })

  fixWorks('trees.remove-ignored', 'ignored files keep a tree', async (follow) => {
    await here.ok('trees', 'remove', 'app.here.1')
    const found = await eventually(async () => {
      const printed = await here.ok('doctor')
      expect(printed).to.include('app.here.1 is stuck')
      return printed
    })
    const { code, output } = await follow(found, ground)
    expect(code, output).to.equal(0)
    await eventually(async () => {
      expect((await here.json<{ slots: unknown[] }>('trees')).slots).to.deep.equal([])
    })
  })

  fixWorks('repo.look', 'there is no such step', async (follow) => {
    const { code, output } = await follow(await refused('repo', 'here', 'explode'), ground)
    expect(code, output).to.equal(0)
    expect(output).to.include('new.txt')
  })

  fixWorks('repo.step', 'something is not committed', async (follow) => {
    const { code, output } = await follow(await here.ok('repo', 'here'), ground)
    expect(code, output).to.equal(0)
    expect(output).to.include('saved 1 files as the branch orchestra-saved/')
  })
})
