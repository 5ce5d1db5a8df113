import { expect } from 'chai'
import { workersDocument } from '../../../../lib/core/phases/worker-rows.js'
import { Bench } from '../run/bench.js'

const MINUTE = 60_000

describe('the workers', () => {
  it('show who worked how long, and how long was blocked, by role, phase and machine', () => {
    const bench = new Bench({
      machines: { here: {}, mugen: { kind: 'ssh' } },
      agents: { A: { role: 'impl' }, B: { role: 'impl', machine: 'mugen' }, P: { role: 'plan' } },
      tasks: {
        a: { role: 'impl', agent: 'A' },
        b: { role: 'impl' },
        c: { role: 'plan' },
        d: { role: 'plan' },
      },
      phases: { p0: { tasks: ['a', 'b'] }, p1: { tasks: ['c'], needs: ['p0'] } },
    })
    bench.dispatch()
    bench.now = 2 * MINUTE
    bench.see('A', 'waiting')
    bench.now = 5 * MINUTE
    bench.see('A', 'working')
    bench.now = 10 * MINUTE
    bench.finish('a')
    const { workers, matrix } = workersDocument(bench.state, 12 * MINUTE)
    const [a, b, p] = workers
    expect(a).to.include({
      id: 'A',
      role: 'impl',
      task: null,
      completed: 1,
      attempts: 1,
      worked_s: 420,
      blocked_s: 180,
      blocked_share: 0.3,
    })
    expect(b).to.include({
      id: 'B',
      machine: 'mugen',
      task: 'b',
      worked_s: 720,
      blocked_s: 0,
      blocked_share: 0,
    })
    expect([a, b, p].map((row) => row!.phases)).to.deep.equal([['p0'], ['p0'], ['p1']])
    expect(
      matrix.map(({ phase, role, machine, workers: n, completed, in_progress, ready, blocked_s }) =>
        [phase, role, machine, n, completed, in_progress, ready, blocked_s].join(' '),
      ),
    ).to.deep.equal([
      'p0 impl here 1 1 0 0 180',
      'p0 impl mugen 1 0 1 0 0',
      'p1 plan here 1 0 0 0 0',
      ' plan here 1 0 1 0 0',
    ])
  })
})
