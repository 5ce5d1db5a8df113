import { expect } from 'chai'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadLayout } from '../../../lib/config/load-layout.js'
import { formatProblem } from '../../../lib/core/layout/problem.js'
import type { TaskSpec } from '../../../lib/core/layout/model.js'
import { withLayoutFiles } from './with-layout-files.js'

const PACKAGE = fileURLToPath(new URL('../../../', import.meta.url))
const HEAD = 'version: 1\nsession: s\nagents: { a: demo }\n'
const STEPS = `version: 1
inputs: { what: { about: a shell line }, seconds: 5, where: '', coder: { default: implement, role: true } }
tasks:
  .step: { type: command, cwd: '\${where}' }
  one: { extends: .step, command: '\${what}', timeout: '\${seconds}s' }
  two: { extends: .step, command: 'echo $HOME \${id}', needs: one }
  three: { title: Write, role: '\${coder}', needs: [two, other] }
`
const DEPLOYMENT = `workflows:
  live: { use: deployment, with: { build: make, deploy: ./d, health: ./h, rollback: ./r --back, health_attempts: 3 } }
`

async function load(files: Record<string, string>): Promise<readonly TaskSpec[] | string[]> {
  return withLayoutFiles(files, async (dir) => {
    const loaded = await loadLayout(`${dir}/l.yaml`, { env: { HOME: '/h' }, cwd: dir, packageDir: PACKAGE })
    return loaded.ok ? loaded.layout.tasks : loaded.problems.map(formatProblem)
  })
}

async function tasksOf(layout: string, more: Record<string, string> = {}): Promise<readonly TaskSpec[]> {
  const tasks = await load({ 'l.yaml': HEAD + layout, ...more })
  if (typeof tasks[0] === 'string') throw new Error(JSON.stringify(tasks))
  return tasks as readonly TaskSpec[]
}

describe('workflows', () => {
  it('become ordinary tasks under the name that the layout gives', async () => {
    const tasks = await tasksOf(DEPLOYMENT)
    expect(tasks.map(({ id, command, needs, when }) => [id, command, needs, when])).to.deep.equal([
      ['live-build', 'make', [], 'on_success'],
      ['live-deploy', './d', ['live-build'], 'on_success'],
      ['live-health', './h', ['live-deploy'], 'on_success'],
      ['live-rollback', './r --back', ['live-deploy', 'live-health'], 'on_failure'],
    ])
    expect(tasks[2]).to.deep.include({ timeoutMs: 300_000 })
    expect(tasks[2]!.retry).to.deep.include({ attempts: 3, delayMs: 10_000, backoff: 1 })
  })

  it('may be a file of the person, beside the layout', async () => {
    const use = `tasks: { other: { title: Other }, first: { title: F } }
workflows:
  w: { use: steps, with: { what: make }, needs: first, tasks: { two: { timeout: 1m, env: { A: b } } } }
`
    const tasks = await tasksOf(use, { 'workflows/steps.yaml': STEPS })
    const [one, two, three] = tasks.slice(2)
    expect(one).to.deep.include({
      id: 'w-one',
      command: 'make',
      cwd: null,
      timeoutMs: 5000,
      needs: ['first'],
    })
    expect(two).to.deep.include({
      command: 'echo $HOME w',
      timeoutMs: 60_000,
      env: { A: 'b' },
      needs: ['w-one'],
    })
    // No agent has the role: any of them may.
    expect(three).to.deep.include({ role: null, needs: ['w-two', 'other'] })
  })

  it('takes a path, and a file of the person before a shipped one of that name', async () => {
    const own = 'version: 1\ntasks: { only: { type: command, command: make } }\n'
    const by = (use: string) => `workflows: { w: { use: ${use} } }\n`
    expect((await tasksOf(by('./x/y.yaml'), { 'x/y.yaml': own })).map(({ id }) => id)).to.deep.equal([
      'w-only',
    ])
    const tasks = await tasksOf(by('deployment'), { 'workflows/deployment.yaml': own })
    expect(tasks.map(({ id }) => id)).to.deep.equal(['w-only'])
  })

  it('ships a feature, a bugfix and a deployment', () => {
    expect(readdirSync(`${PACKAGE}workflows`).toSorted()).to.deep.equal([
      'bugfix.yaml',
      'deployment.yaml',
      'feature.yaml',
    ])
  })

  it('writes out the feature and the bugfix that are shipped, with trees and a queue', async () => {
    const layout = `repositories: { app: { machine_paths: { here: /srv/app }, remote: origin } }
machines: { here: { kind: local } }
trees: { app: 5 }
merges: { app: { pool: app } }
agents: { CG: { type: demo, count: 2, tree: app } }
workflows:
  login: { use: feature, with: { title: Login page, tree: app } }
  crash: { use: bugfix, with: { title: Crash, tree: app } }
`
    const tasks = await load({ 'l.yaml': `version: 1\nsession: s\n${layout}` })
    const rows = (tasks as readonly TaskSpec[]).map(({ id, act, needs }) => [id, act, ...needs])
    expect(rows, JSON.stringify(tasks)).to.deep.equal([
      ['login-plan', null],
      ['login-implement', null, 'login-plan'],
      ['login-test', null, 'login-implement'],
      ['login-review', null, 'login-test'],
      ['login-merge', 'merge', 'login-review'],
      ['login-pr', 'pr', 'login-merge'],
      ['crash-reproduce', null],
      ['crash-fix', null, 'crash-reproduce'],
      ['crash-test', null, 'crash-fix'],
      ['crash-review', null, 'crash-test'],
      ['crash-merge', 'merge', 'crash-review'],
      ['crash-pr', 'pr', 'crash-merge'],
    ])
  })

  it('says every mistake at its place', async () => {
    const layout = `${HEAD}tasks: { d-one: { title: x } }
workflows:
  a: { use: deploiment, with: { build: make } }
  b: { use: deployment, with: { build: make, deploy: x, helth: y } }
  c: { use: steps, with: { what: make, seconds: soon }, tasks: { too: { title: x } } }
  d: { use: steps, with: { what: make }, tasks: { one: { tiemout: 1m, extends: .x } } }
  e: { use: broken, with: {} }
  f: { use: nothing.yaml }
`
    const broken = 'version: 1\ntasks:\n  one: { type: command, command: "${nowhere}" }\n'
    const files = { 'l.yaml': layout, 'workflows/steps.yaml': STEPS, 'workflows/broken.yaml': broken }
    expect(await load(files)).to.deep.equal([
      'l.yaml:6:13: workflows.a.use: there is no workflow "deploiment" (did you mean deployment?); looked in workflows, the package',
      'l.yaml:7:25: workflows.b.with: deployment needs health: a shell line that ends with 0 when what was deployed is healthy',
      'l.yaml:7:25: workflows.b.with: deployment needs rollback: a shell line; it runs when `deploy` or `health` fails or takes too long, and only then',
      'l.yaml:7:64: workflows.b.with.helth: deployment has no input "helth" (did you mean health?)',
      'l.yaml:8:66: workflows.c.tasks.too: the workflow has no task too (did you mean two?)',
      'l.yaml:9:3: workflows.d: the task d-one is in the layout already',
      'l.yaml:9:80: workflows.d.tasks.one.extends: a task of a workflow takes nothing from templates of the layout',
      'l.yaml:11:13: workflows.f.use: there is no file "nothing.yaml"',
      'workflows/steps.yaml:5:55: tasks.one.timeout: "${seconds}s" is no duration: write 10s, 5m or 1h30m',
      'workflows/steps.yaml:7:51: tasks.d-three.needs: no task is called other',
      'workflows/broken.yaml:3:34: tasks.one.command: the environment variable nowhere is not set (${nowhere:-default} gives it a default)',
    ])
  })
})
