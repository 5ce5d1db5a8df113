import { expect } from 'chai'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import * as z from 'zod'
import { layoutJsonSchema } from '../../../lib/config/json-schema.js'
import { loadLayout } from '../../../lib/config/load-layout.js'
import { criticalPath } from '../../../lib/core/dag/critical-path.js'
import { buildGraph } from '../../../lib/core/dag/graph.js'
import { waves } from '../../../lib/core/dag/waves.js'
import type { Layout } from '../../../lib/core/layout/model.js'
import { formatProblem } from '../../../lib/core/layout/problem.js'
import { schedule } from '../../../lib/core/phases/schedule.js'
import { previewLayout } from '../../../lib/core/run/preview-layout.js'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const NAMES = readdirSync(`${ROOT}layouts`)

async function load(name: string): Promise<Layout> {
  const loaded = await loadLayout(`${ROOT}layouts/${name}`, { env: { HOME: '/home/me' } })
  const problems = loaded.ok ? loaded.warnings : loaded.problems
  expect(problems.map(formatProblem)).to.deep.equal([])
  return (loaded as { layout: Layout }).layout
}

describe('shipped layouts', () => {
  for (const name of NAMES) {
    it(`${name} validates without a warning`, async () => {
      await load(name)
    })
  }

  it('level6: eleven windows, fifteen agents, fifteen tasks where they belong', async () => {
    const layout = await load('level6.yaml')
    expect(layout.session).to.equal('miyabi-level6-orchestra')
    const shown = layout.windows.map((window) =>
      window.panes.map((pane) =>
        pane.kind === 'agent' ? pane.agent : pane.kind === 'view' ? pane.view : pane.command[0],
      ),
    )
    expect(shown).to.deep.equal([
      ['queue', 'bash'],
      ['CCG-1'],
      ['CCG-2'],
      ['CCG-3'],
      ['CG-1', 'CG-2', 'CG-3'],
      ['CG-4', 'CG-5', 'CG-6'],
      ['CG-7', 'CG-8', 'CG-9'],
      ['CCG-4'],
      ['CCG-5'],
      ['CCG-6'],
      ['monitor'],
    ])
    const machine = (id: string) => layout.agents.find((agent) => agent.id === id)?.machine
    expect(['CCG-1', 'CCG-3', 'CG-1', 'CG-9', 'CCG-4', 'CCG-6'].map(machine)).to.deep.equal([
      'mugen',
      'mugen',
      'mugen',
      'mugen',
      'majin',
      'majin',
    ])
    expect(layout.agents.map((agent) => agent.behaviour)).to.have.members([
      ...Array(6).fill('claude'),
      ...Array(9).fill('codex'),
    ])
    expect(
      waves(buildGraph(layout.tasks)).map((wave) => wave.map((id) => Number(id.slice(5)))),
    ).to.deep.equal([[1], [2, 3, 4, 5], [6, 7], [8, 9], [10], [11, 12, 13], [14], [15]])
  })

  it('local: the same windows, agents and tasks, over in 72 seconds', async () => {
    const [local, level6] = [await load('local.yaml'), await load('level6.yaml')]
    expect(local.windows).to.deep.equal(level6.windows)
    expect(local.agents.map((agent) => agent.id)).to.deep.equal(level6.agents.map((agent) => agent.id))
    expect(local.tasks.map((task) => [task.id, task.needs, task.role])).to.deep.equal(
      level6.tasks.map((task) => [task.id, task.needs, task.role]),
    )
    expect(new Set(local.agents.map((agent) => agent.behaviour))).to.deep.equal(new Set(['demo']))
    const graph = buildGraph(local.tasks, local.gates)
    expect(criticalPath(graph)).to.deep.equal({
      path: [1, 2, 6, 8, 10, 11, 14, 15].map((n) => `Task-${n}`),
      ms: 72_000,
    })
    const { endAt } = schedule(previewLayout(null, local, 0), { now: 0, factor: () => 1 })
    expect(endAt).to.equal(72_000)
  })
})

describe('orchestra.schema.json', () => {
  const schema = layoutJsonSchema()

  it('is the one that the validator gives (npx tsx scripts/schema.ts)', () => {
    expect(JSON.parse(readFileSync(`${ROOT}config/orchestra.schema.json`, 'utf8'))).to.deep.equal(schema)
  })

  it('takes every shipped and every good layout, and refuses a wrong one', () => {
    const check = z.fromJSONSchema(schema)
    const good = `${ROOT}spec/fixtures/layouts/good`
    const files = [
      ...NAMES.map((name) => `${ROOT}layouts/${name}`),
      ...readdirSync(good).flatMap((name) => (name.endsWith('.yaml') ? [`${good}/${name}`] : [])),
    ]
    for (const file of files) {
      const result = check.safeParse(parse(readFileSync(file, 'utf8')))
      expect(result.success, `${file} ${JSON.stringify(result.error?.issues ?? []).slice(0, 500)}`).to.equal(
        true,
      )
    }
    expect(check.safeParse({ version: 1, session: 's', windwos: [] }).success).to.equal(false)
    expect(check.safeParse({ version: 1, session: 's', machines: { m: { port: 'x' } } }).success).to.equal(
      false,
    )
  })
})
