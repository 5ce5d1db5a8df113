import { expect } from 'chai'
import type { MachineId } from '../../../../lib/core/ids.js'
import type { Layout } from '../../../../lib/core/layout/model.js'
import { agentOn, workDirectory } from '../../../../lib/core/layout/work-directory.js'
import { decodeEvent } from '../../../../lib/core/run/journal/decode-event.js'
import { layoutOf } from '../../../../lib/simulate/layout-of.js'
import { Bench } from '../run/bench.js'

const machines = { here: {}, host: { kind: 'ssh' as const }, bare: { kind: 'ssh' as const } }
const base = layoutOf({ machines, agents: { A: { machine: 'host' } } })
const layout: Layout = {
  ...base,
  directory: '/home/u/proj',
  machines: base.machines.map((m) => (m.id === 'host' ? { ...m, repo: '~/repo' } : m)),
}
const on = (machine: string | null, cwd: string | null, of: Layout = layout) =>
  workDirectory(of, machine as MachineId | null, cwd)

describe('workDirectory', () => {
  it('is the layout’s here, the repo there, else HOME', () => {
    expect([on(null, null), on('here', null), on('host', null), on('bare', null)]).to.deep.equal([
      '/home/u/proj',
      '/home/u/proj',
      '~/repo',
      null,
    ])
  })

  it('is what is named; a relative one starts from there', () => {
    expect([on('here', '/x'), on('here', '~/x'), on('host', '~')]).to.deep.equal(['/x', '~/x', '~'])
    expect([on('here', '.'), on('here', './a'), on('host', 'a/b'), on('bare', 'a')]).to.deep.equal([
      '/home/u/proj',
      '/home/u/proj/a',
      '~/repo/a/b',
      '~/a',
    ])
  })

  it('is HOME everywhere for a layout of before', () => {
    const before = { ...layout, directory: null }
    expect([on(null, null, before), on('here', null, before), on('host', null, before)]).to.deep.equal([
      null,
      null,
      null,
    ])
  })

  it('is that of the machine where an agent stands, wherever its home is', () => {
    const [agent] = layout.agents
    if (agent === undefined) throw new Error('no agent')
    expect(agentOn(layout, 'here' as MachineId, agent).cwd).to.equal('/home/u/proj')
  })
})

describe('a layout of an older journal', () => {
  it('has no directory: what it started keeps HOME until its next start', () => {
    const { directory: _none, ...old } = layoutOf({ agents: { A: {} }, tasks: {} })
    const event = { type: 'layout.applied', at: 1, layout: old, revive: true }
    expect(decodeEvent(JSON.stringify(event), 1)).to.have.nested.property('layout.directory', null)
    const bench = new Bench({ agents: { A: {} }, tasks: {} })
    expect(bench.agent('A').startedAs?.cwd).to.equal(null)
  })
})
