import { expect } from 'chai'
import { forecast } from '../../../../lib/core/phases/forecast.js'
import { frozenRun } from '../../../../lib/core/run/index/frozen-run.js'
import { bothIndexes } from '../../../../lib/simulate/say-index.js'
import { Bench } from './bench.js'

describe('a frozen run', () => {
  const layout = {
    agents: { A: { role: 'impl' }, B: { role: 'docs' } },
    tasks: { a: { role: 'impl' }, b: { role: 'docs', needs: ['a'] }, c: { role: 'docs' } },
  }

  it('stays as it was while the run goes on', () => {
    const run = new Bench(layout)
    run.dispatch()
    const frozen = frozenRun(run.state)
    const before = forecast(frozen, { now: 0, zone: 'UTC' })
    run.now = 1000
    run.finish('a')
    run.dispatch()
    run.relayout({ ...layout, tasks: { c: { role: 'docs', needs: ['e'] }, e: { role: 'docs' } } })
    expect(forecast(frozen, { now: 0, zone: 'UTC' })).to.deep.equal(before)
  })

  it('changes nothing of the run, whatever is looked up in it', () => {
    const run = new Bench({ ...layout, tasks: { ...layout.tasks, d: { needs: ['c'], agent: 'A' } } })
    forecast(frozenRun(run.state), { now: 0, zone: 'UTC' })
    run.dispatch()
    run.finish('a')
    run.finish('c')
    const [grown, rebuilt] = bothIndexes(run.state)
    expect(grown).to.equal(rebuilt)
    expect(run.dispatch()).to.have.members(['b>B', 'd>A'])
  })
})
