/** A plan as users meet it: phases, a milestone whose time lies minutes ahead, a worker that stands by, the forecast. */
import { expect } from 'chai'
import type { ForecastDocument } from '../../lib/core/protocol/forecast.js'
import type { StatusDocument } from '../../lib/core/protocol/status.js'
import type { WorkersDocument } from '../../lib/core/protocol/workers.js'
import { Orchestra } from '../support/orchestra.js'

describe('a plan', function () {
  let orchestra: Orchestra

  before(async () => {
    orchestra = new Orchestra()
    const due = new Date(Date.now() + 5 * 60_000).toISOString().slice(0, 19)
    orchestra.write(
      'orchestra.yaml',
      `version: 1
session: planned
timezone: UTC
agents:
  W-1: { type: demo, role: implement }
  W-6: { type: demo, role: implement, standby: [role_short] }
agent_types: { demo: { extends: demo, env: { DEMO_SPEED: "20" } } }
tasks:
  adr: { title: Decide, role: implement, tier: P0, estimate: 1s }
  pg: { title: Tables, role: implement, tier: P0, estimate: 1s }
  docs: { title: Handbook, role: implement, tier: P2, estimate: 1s }
gates: { ok: { verify: ["true"] } }
phases:
  p0: { title: Decision, tasks: [adr], gate: ok }
  p1: { title: Foundation, tasks: [pg, docs], needs: [p0] }
milestones:
  soon: { title: All, due: "${due}", tasks: [p0, p1] }
  past: { due: 2026-01-01, tasks: [p1] }
`,
    )
    await orchestra.ok('up', '-d', '--wait')
  })
  after(() => orchestra.close())

  it('is told before it runs', async () => {
    const status = await orchestra.json<StatusDocument>('status')
    expect(
      status.phases.map(({ id, state, done, total }) => `${id} ${state} ${done}/${total}`),
    ).to.deep.equal(['p0 not_started 0/1', 'p1 not_started 0/2'])
    expect(status.agents.find(({ id }) => id === 'W-6')).to.include({
      state: 'exited',
      reason: 'stands by: starts for role_short',
    })
    const forecast = await orchestra.json<ForecastDocument>('forecast')
    expect(forecast.milestones.map(({ id, state }) => `${id} ${state}`)).to.deep.equal([
      'soon on_time',
      'past late',
    ])
    expect((await orchestra.run(['forecast', '--exit-code'])).code).to.equal(1)
  })

  it('is done in order, with a worker called and sent away, and told afterwards', async () => {
    await orchestra.ok('run', '--wait')
    const { phases, milestones } = await orchestra.untilStatus((now) => {
      expect(now.milestones.every(({ state }) => state === 'done')).to.equal(true)
      return now
    })
    expect(phases.map(({ state, gate_status }) => `${state} ${gate_status}`)).to.deep.equal([
      'complete open',
      'complete null',
    ])
    expect(milestones.map(({ late_s }) => late_s > 0)).to.deep.equal([false, true])
    expect(await orchestra.ok('phases')).to.include('█'.repeat(20))
    expect(await orchestra.ok('graph', '-f', 'gantt')).to.match(/section p0 Decision\n +adr Decide :done/)
    const { workers } = await orchestra.json<WorkersDocument>('workers')
    expect(workers.reduce((sum, { completed }) => sum + completed, 0)).to.equal(3)
    expect(await orchestra.ok('events', '-n', '300')).to.include('W-6  called from standby')
  })
})
