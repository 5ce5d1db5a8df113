import { expect } from 'chai'
import { loadLayout } from '../../../lib/config/load-layout.js'
import type { Layout } from '../../../lib/core/layout/model.js'
import { formatProblem } from '../../../lib/core/layout/problem.js'
import { withLayoutFiles } from './with-layout-files.js'

async function load(text: string): Promise<Layout> {
  const files = { 'l.yaml': `version: 1\nsession: s\n${text}` }
  return withLayoutFiles(files, async (dir) => {
    const loaded = await loadLayout(`${dir}/l.yaml`, { env: { HOME: '/h' }, cwd: dir })
    if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
    return loaded.layout
  })
}

describe('templates', () => {
  it('gives a task what its template says, and does not run the template', async () => {
    const { tasks } = await load(`
agents: { a: { type: demo, role: implement } }
tasks:
  .base: { role: implement, retry: 2, verify: [npm test], env: { A: 1, B: 1 } }
  core: { extends: .base, title: core module, verify: [make], env: { B: 2 } }
  plain: plain work
`)
    expect(tasks.map(({ id }) => id)).to.deep.equal(['core', 'plain'])
    expect(tasks[0]).to.deep.include({
      title: 'core module',
      role: 'implement',
      verify: ['make'],
      env: { A: '1', B: '2' },
    })
    expect(tasks[0]!.retry.attempts).to.equal(2)
    expect(tasks[1]!.role).to.equal(null)
  })

  it('goes through templates of templates, and the later of a list wins', async () => {
    const { tasks } = await load(`
agents: { a: demo }
tasks:
  .top: { priority: 1, timeout: 1m, estimate: 1m }
  .mid: { extends: .top, timeout: 2m }
  .other: { timeout: 3m }
  one: { extends: .mid, title: one }
  two: { extends: [.mid, .other], title: two }
  three: { extends: one, title: three }
`)
    expect(tasks.map(({ priority, timeoutMs }) => [priority, timeoutMs])).to.deep.equal([
      [1, 120_000],
      [1, 180_000],
      [1, 120_000],
    ])
  })

  it('reads the prompt file that a template names', async () => {
    const text =
      'version: 1\nsession: s\nagents: { a: demo }\ntasks:\n  .p: { prompt_file: p.md }\n  t: { extends: .p }\n'
    const prompt = await withLayoutFiles({ 'l.yaml': text, 'p.md': 'do it\n' }, async (dir) => {
      const loaded = await loadLayout(`${dir}/l.yaml`, { env: {}, cwd: dir })
      return loaded.ok ? loaded.layout.tasks[0]!.prompt : loaded.problems.map(formatProblem)
    })
    expect(prompt).to.equal('do it\n')
  })

  it('gives an agent what its template says', async () => {
    const { agents } = await load(`
agents:
  .coder: { type: shell, role: implement, restart: always }
  .word: demo
  a: { extends: .coder, restart: never }
  b: { extends: .word }
`)
    expect(agents.map(({ id, type, role, restart }) => [id, type, role, restart])).to.deep.equal([
      ['a', 'shell', 'implement', 'never'],
      ['b', 'demo', null, 'never'],
    ])
  })
})

describe('counted agents', () => {
  it('are as many as the layout says, each like the other', async () => {
    const { agents } = await load('agents: { CG: { type: demo, count: 9, role: implement } }')
    expect(agents.map(({ id }) => id)).to.deep.equal(Array.from({ length: 9 }, (_, at) => `CG-${at + 1}`))
    expect(new Set(agents.map(({ role }) => role))).to.deep.equal(new Set(['implement']))
  })

  it('are all meant by their name, in windows, phases and escalations', async () => {
    const layout = await load(`
layers: { L1: ONE }
agents: { CG: { type: demo, count: 2 }, DG: { type: demo, count: 2 }, EG: { type: demo, count: 2 }, x: demo }
windows:
  - { name: Impl, agents: [CG, x] }
  - DG
  - { name: Mixed, panes: [EG, { view: queue }] }
tasks: { t: T }
phases: { p: { tasks: [t], workers: [CG, x] } }
escalation: { L1: { to: [CG, notify] } }
`)
    const shown = layout.windows.map(({ name, panes }) => [
      name,
      ...panes.map((pane) => (pane.kind === 'agent' ? pane.agent : pane.kind)),
    ])
    expect(shown).to.deep.equal([
      ['Impl', 'CG-1', 'CG-2', 'x'],
      ['DG', 'DG-1', 'DG-2'],
      ['Mixed', 'EG-1', 'EG-2', 'view'],
    ])
    expect(layout.phases[0]!.workers).to.deep.equal(['CG-1', 'CG-2', 'x'])
    expect(layout.escalation[0]!.to).to.deep.equal(['CG-1', 'CG-2', 'notify'])
  })
})
