import { expect } from 'chai'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LayoutReader } from '../../../lib/config/layout-reader.js'
import type { LoadOptions } from '../../../lib/config/load-layout.js'
import { withLayoutFiles } from './with-layout-files.js'

const PLAIN = 'version: 1\nsession: one\nagents: { A-1: demo }\n'

describe('LayoutReader', () => {
  /** Reads twice, with a change between. */
  async function twice(
    files: Readonly<Record<string, string>>,
    change: (dir: string) => Promise<LoadOptions | void>,
  ) {
    return withLayoutFiles({ 'layout.yaml': PLAIN, ...files }, async (dir) => {
      const reader = new LayoutReader()
      const options = { env: { HOME: dir, PLACE: '/tmp' }, cwd: dir }
      const path = join(dir, 'layout.yaml')
      const first = await reader.read(path, options)
      return { first, second: await reader.read(path, (await change(dir)) ?? options) }
    })
  }

  it('takes the same layout again when nothing has changed', async () => {
    const { first, second } = await twice({}, async () => {})
    expect(second).to.equal(first)
  })

  it('reads again what was written since, and says what is wrong there', async () => {
    const { second } = await twice({}, (dir) =>
      writeFile(join(dir, 'layout.yaml'), PLAIN.replace('A-1', 'A-2')),
    )
    expect(second.layout.agents.map(({ id }) => id)).to.deep.equal(['A-2'])
    const error = await twice({}, (dir) => writeFile(join(dir, 'layout.yaml'), 'version: 2')).catch(String)
    expect(error).to.contain('layout.yaml:1')
    expect(await twice({}, (dir) => rm(join(dir, 'layout.yaml'))).catch(String)).to.contain('no such file')
  })

  it('reads again from another directory or for another HOME', async () => {
    const text = { 'layout.yaml': `${PLAIN}run_dir: ~/runs\n` }
    const { second } = await twice(text, async (dir) => ({ env: { HOME: '/elsewhere' }, cwd: dir }))
    expect(second.layout.runDir).to.equal('/elsewhere/runs')
    const moved = await twice({}, async (dir) => ({ env: { HOME: dir }, cwd: '/' }))
    expect(moved.second).not.to.equal(moved.first)
  })

  it('reads again where the layout follows from more than its file', async () => {
    const variable = { 'layout.yaml': `${PLAIN}title: in \${PLACE}\n` }
    const value = await twice(variable, async (dir) => ({ env: { HOME: dir, PLACE: 'Rome' }, cwd: dir }))
    expect(value.second.layout.title).to.equal('in Rome')

    const included = { 'layout.yaml': `${PLAIN}include: more.yaml\n`, 'more.yaml': 'version: 1\n' }
    const include = await twice(included, (dir) =>
      writeFile(join(dir, 'more.yaml'), 'version: 1\nmachines: { m: { kind: local } }\n'),
    )
    expect(include.second.layout.machines.map(({ id }) => id)).to.deep.equal(['m'])

    const prompted = { 'layout.yaml': `${PLAIN}tasks: { T: { prompt_file: p.md } }\n`, 'p.md': 'one' }
    const prompt = await twice(prompted, (dir) => writeFile(join(dir, 'p.md'), 'two'))
    expect(prompt.second.layout.tasks[0]?.prompt).to.equal('two')

    const placed = { 'layout.yaml': PLAIN.replace('demo', '{ type: demo, cwd: below }') }
    const directory = await twice(placed, (dir) => mkdir(join(dir, 'below')).then(() => {}))
    expect(directory.first.warnings.join()).to.contain('does not exist')
    expect(directory.second.warnings).to.deep.equal([])

    const workflow = 'version: 1\ntasks: { go: { type: command, command: "true" } }\n'
    const used = {
      'layout.yaml': `${PLAIN}workflows: { w: { use: own } }\n`,
      'workflows/own.yaml': workflow,
    }
    const flow = await twice(used, (dir) =>
      writeFile(join(dir, 'workflows/own.yaml'), workflow.replace('go', 'went')),
    )
    expect(flow.second.layout.tasks.map(({ id }) => id).join()).to.contain('went')
  })
})
