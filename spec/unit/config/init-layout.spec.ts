import { expect } from 'chai'
import fc from 'fast-check'
import { initLayout, type InitFacts } from '../../../lib/config/init-layout.js'
import { loadLayout } from '../../../lib/config/load-layout.js'
import { formatProblem } from '../../../lib/core/layout/problem.js'
import { withLayoutFiles } from './with-layout-files.js'

async function loadInit(facts: InitFacts) {
  return withLayoutFiles({ 'orchestra.yaml': initLayout(facts) }, async (dir) => {
    const loaded = await loadLayout(`${dir}/orchestra.yaml`, { env: {}, cwd: dir })
    expect((loaded.ok ? loaded.warnings : loaded.problems).map(formatProblem)).to.deep.equal([])
    if (!loaded.ok) throw new Error('unreachable')
    return loaded.layout
  })
}

describe('initLayout', () => {
  it('takes the hosts and the agent CLIs that there are', async () => {
    const layout = await loadInit({
      hosts: ['mugen', '10.0.0.1', 'true', 'local', 'a;b', 'mugen'],
      clis: ['codex', 'claude'],
      cores: 8,
      hostname: 'My-Mac.local',
      directory: 'web app',
    })
    expect(layout.session).to.equal('web-app')
    expect(layout.machines.map((machine) => machine.id)).to.deep.equal([
      'My-Mac',
      'mugen',
      '10-0-0-1',
      'host',
      'local-2',
      'mugen-2',
    ])
    expect(layout.machines[0]).to.include({ kind: 'local', capacity: 8 })
    expect(layout.agents.map((agent) => agent.behaviour)).to.deep.equal(['claude', 'codex'])
  })

  it('falls back to demo agents', async () => {
    const layout = await loadInit({ hosts: [], clis: [], cores: 1, hostname: '' })
    expect(layout.agents.map((agent) => agent.behaviour)).to.deep.equal(['demo', 'demo'])
    expect(layout.session).to.equal('orchestra')
  })

  it('validates whatever things are called', async () => {
    const facts = fc.record({
      hosts: fc.array(fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/)), { maxLength: 30 }),
      clis: fc.subarray(['claude', 'codex', 'gemini', 'opencode', 'x']),
      cores: fc.integer(),
      hostname: fc.string(),
      directory: fc.string(),
    })
    await fc.assert(
      fc.asyncProperty(facts, async (given) => {
        await loadInit(given)
      }),
      { numRuns: 15 },
    )
  })
})
