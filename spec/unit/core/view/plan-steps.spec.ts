import { expect } from 'chai'
import type { PlanStep } from '../../../../lib/core/protocol/api.js'
import { layoutPlan } from '../../../../lib/core/view/plan-steps.js'
import { stepLines } from '../../../../lib/cli/render/plan.js'
import { parseReportTime } from '../../../../lib/core/reports/schedule.js'
import { layoutOf, type LayoutInit } from '../../../../lib/simulate/layout-of.js'
import { Bench } from '../run/bench.js'

const agents = { A: {}, B: {} }
const steps = (bench: Bench, init: LayoutInit) => layoutPlan(layoutOf(init), bench.state, bench.now)
const said = (bench: Bench, init: LayoutInit): string[] =>
  steps(bench, init)
    .filter(({ action }) => action !== 'leave')
    .flatMap(stepLines)
const asks = (list: readonly PlanStep[]) => list.flatMap((step) => step.asks ?? [])

describe('layoutPlan', () => {
  it('lists tasks that are added, cancelled, changed and removed', () => {
    const bench = new Bench({ agents, tasks: { t1: {}, t2: { prompt: 'a' }, t3: { prompt: 'a' }, t4: {} } })
    bench.dispatch()
    bench.now = 4000
    const next = { agents, tasks: { t2: { prompt: 'b' }, t3: { prompt: 'b', priority: 1 }, docs: {} } }
    expect(said(bench, next)).to.deep.equal([
      '- cancel task t1 (running on A since 4s)',
      '~ task t2 (running: the new prompt counts from its next attempt)',
      '~ task t3 (prompt and priority)',
      '+ task docs (starts at once: the run goes on)',
      '- remove task t4 (ready, never started)',
    ])
    expect(asks(steps(bench, next))).to.deep.equal(['t1.1'])
    expect(bench.task('t1').cancelRequested, 'nothing is changed').to.equal(null)
  })

  it('says that a run which has ended does not begin again', () => {
    const bench = new Bench({ agents, tasks: { t1: {} } })
    bench.dispatch()
    bench.finish('t1')
    bench.event({ type: 'run.finished' })
    expect(said(bench, { agents, tasks: { t1: {}, docs: {} } })).to.deep.equal([
      '+ task docs (the run has ended: waits for `orchestra run`, or `orchestra up --run`)',
    ])
  })

  it('says what comes back, and whom that frees', () => {
    const all = { agents, tasks: { t1: {}, t2: { needs: ['t1'] } } }
    const bench = new Bench(all)
    bench.dispatch()
    bench.relayout({ agents, tasks: { t2: { needs: [] } } })
    bench.end('t1', 'cancelled')
    expect(said(bench, all)).to.deep.equal([
      '+ task t1 (in the layout again, pending again; starts at once: the run goes on)',
      '~ task t2 (needs; ready → pending)',
    ])
  })

  it('asks before an agent that works is stopped, and names the work', () => {
    const bench = new Bench({ agents, tasks: { t1: { agent: 'A' } } })
    bench.dispatch()
    const without = { agents: { B: {} }, tasks: { t1: {} } }
    expect(said(bench, without)).to.deep.equal([
      '- stop agent A on here (it is not in the layout any more; its work on t1 ends, and it is given to somebody else)',
      '~ task t1 (running: the new agent counts from its next attempt)',
    ])
    expect(asks(steps(bench, without))).to.deep.equal(['t1.1'])
    bench.prove('t1')
    expect(asks(steps(bench, without)), 'it is done, only checked').to.deep.equal([])
  })

  it('asks before an agent is stopped that works on what a person sent', () => {
    const bench = new Bench({ agents, tasks: {} })
    bench.see('A', 'working')
    bench.see('B', 'working', { evidence: 'activity' })
    expect(asks(steps(bench, { agents: {}, tasks: {} }))).to.deep.equal(['agent:A.1'])
  })

  it('keeps saying what counts from the next start, with the way there', () => {
    const bench = new Bench({ agents: { A: { cwd: '~/a', role: 'x' } }, tasks: {} })
    const next = { agents: { A: { cwd: '~/b', role: 'y' } }, tasks: {} }
    bench.relayout({ agents: { A: { cwd: '~/b', role: 'x' } }, tasks: {} })
    expect(steps(bench, next).flatMap(stepLines)).to.deep.equal([
      '= leave agent A on here (alive; the change counts from its next start; `orchestra restart A`)',
      '    ~ directory: ~/a → ~/b',
      '~ agent A on here (counts at once)',
      '    ~ role: x → y',
    ])
  })

  it('says of an agent that comes back that it was stopped', () => {
    const bench = new Bench({ agents, tasks: {} })
    bench.relayout({ agents: { B: {} }, tasks: {} })
    bench.exit('A', null)
    expect(said(bench, { agents, tasks: {} })).to.deep.equal([
      '~ respawn agent A on here in ~: claude (it was stopped)',
    ])
  })

  it('lists gates and how the run goes', () => {
    const bench = new Bench({ agents, tasks: { t1: {} }, gates: { g: { after: ['t1'] }, h: {} } })
    const next = { agents, tasks: { t1: {} }, gates: { g: { after: [] as string[] }, k: { after: ['t1'] } } }
    expect(said(bench, { ...next, barrier: true })).to.deep.equal([
      '~ waves.barrier: false → true (a task waits for all tasks of the wave before; what runs goes on)',
      '~ gate g (after; closed → open)',
      '+ gate k (after t1)',
      '- remove gate h (open)',
    ])
  })

  it('lists what changes of the plan', () => {
    const plan = {
      phases: { p0: { tasks: ['t1'] }, p1: { tasks: ['t2'] } },
      milestones: { m1: { due: '2026-12-19', tasks: ['p0'] }, m2: { due: '2026-12-31', tasks: ['p1'] } },
    }
    const tasks = { t1: {}, t2: {}, t3: {} }
    const bench = new Bench({ agents, tasks, ...plan })
    const next = {
      phases: { p0: { title: 'Decision', tasks: ['t1', 't3'] } },
      milestones: { m1: { ...plan.milestones.m1, due: '2026-12-21', stopOtherWork: true } },
      timezone: 'Asia/Tokyo',
      reports: { standup: parseReportTime('09:30')! },
    }
    expect(said(bench, { agents, tasks, ...next })).to.include.members([
      '~ phase p0',
      '    ~ title: none → Decision',
      '    ~ tasks: +t3',
      '- remove setting phase p1',
      '~ milestone m1',
      '    ~ due: 2026-12-19 → 2026-12-21',
      '    ~ stop_other_work: false → true',
      '- remove setting milestone m2',
      '~ timezone: none → Asia/Tokyo',
      '~ reports (nothing is made for the past)',
    ])
  })

  it('says nothing when nothing changes', () => {
    const init = { agents, tasks: { t1: {}, t2: { needs: ['g'] } }, gates: { g: { after: ['t1'] } } }
    const bench = new Bench(init)
    bench.dispatch()
    expect(said(bench, init)).to.deep.equal([])
  })

  it('asks before a machine with work on it is reached otherwise', () => {
    const machines = { here: {}, m: { kind: 'ssh' as const } }
    const tasks = { t1: { kind: 'command' as const, command: 'true', machine: 'm' } }
    const bench = new Bench({ machines, tasks })
    bench.dispatch()
    const layout = layoutOf({ machines, tasks })
    const other = layout.machines.map((m) => (m.kind === 'ssh' ? { ...m, host: 'elsewhere' } : m))
    const list = layoutPlan({ ...layout, machines: other }, bench.state, 0)
    expect(list.flatMap(stepLines)).to.deep.equal([
      '~ machine m (reached anew; t1.1 at work there is lost if it is another machine)',
      '    ~ host: m → elsewhere',
    ])
    expect(asks(list)).to.deep.equal(['machine:m:t1.1'])
  })
})
