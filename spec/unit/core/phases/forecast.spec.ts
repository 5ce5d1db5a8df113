import { expect } from 'chai'
import { criticalWaySteps } from '../../../../lib/core/phases/critical-way.js'
import { forecast } from '../../../../lib/core/phases/forecast.js'
import { pacesSteps } from '../../../../lib/core/phases/pace.js'
import { scheduleSteps } from '../../../../lib/core/phases/schedule.js'
import { previewLayout } from '../../../../lib/core/run/preview-layout.js'
import type { Steps } from '../../../../lib/core/steps.js'
import { layoutOf, taskOf, type LayoutInit } from '../../../../lib/simulate/layout-of.js'
import { wideLayout } from '../../../../lib/simulate/wide-layout.js'
import { PERSON } from '../../../support/principals.js'
import { Bench } from '../run/bench.js'

const HOUR = 3_600_000
const hours = (tasks: Record<string, [number, ...string[]]>) =>
  Object.fromEntries(
    Object.entries(tasks).map(([id, [estimate, ...needs]]) => [
      id,
      { role: 'implement', estimateMs: estimate * HOUR, needs },
    ]),
  )
const cold = (init: LayoutInit, zone = 'UTC') =>
  forecast(previewLayout(null, layoutOf(init), 0), { now: 0, zone })

/** 32 hours after the beginning of 1970, in UTC. */
const DUE = '1970-01-02T08:00'
const W1 = { W1: { role: 'implement' } }
const CHAIN = hours({
  adr: [6],
  pg: [8, 'adr'],
  rbac: [10, 'pg'],
  lambda: [8, 'rbac'],
  deploy: [10, 'lambda'],
})
const BRANCHES = hours({
  adr: [6],
  pg: [8, 'adr'],
  rbac: [10, 'pg'],
  lambda: [8, 'adr'],
  deploy: [10, 'rbac', 'lambda'],
})
const milestones = { m: { due: DUE, tasks: ['adr', 'pg', 'rbac', 'lambda', 'deploy'] } }

describe('the forecast', () => {
  it('of 42 hours of work with 32 hours left is late by 10, and no worker helps a chain', () => {
    const { milestones: found, workMs, path, help } = cold({ agents: W1, tasks: CHAIN, milestones })
    expect(workMs).to.equal(42 * HOUR)
    expect(found[0]).to.include({
      state: 'late',
      lateMs: 10 * HOUR,
      forecastAt: 42 * HOUR,
      done: 0,
      total: 5,
    })
    expect(path).to.deep.equal({ ids: ['adr', 'pg', 'rbac', 'lambda', 'deploy'], ms: 42 * HOUR })
    expect(help).to.deep.equal([])
  })

  it('with two parallel branches ends 8 hours earlier, once there is a second worker', () => {
    const one = cold({ agents: W1, tasks: BRANCHES, milestones })
    expect(one.milestones[0]).to.include({ state: 'late', lateMs: 10 * HOUR })
    expect(one.path).to.deep.equal({ ids: ['adr', 'pg', 'rbac', 'deploy'], ms: 34 * HOUR })
    expect(one.help[0]).to.deep.equal({
      milestone: 'm',
      kind: 'workers',
      role: 'implement',
      count: 1,
      earlierMs: 8 * HOUR,
      endAt: 34 * HOUR,
      isEnough: false,
    })
    const two = cold({ agents: { ...W1, W2: { role: 'implement' } }, tasks: BRANCHES, milestones })
    expect(two.milestones[0]).to.include({ state: 'late', lateMs: 2 * HOUR, forecastAt: 34 * HOUR })
  })

  it('says which scope to drop, and that a date is kept then', () => {
    const tasks = {
      ...hours({ a: [10], b: [10], c: [10] }),
      b: { role: 'implement', estimateMs: 10 * HOUR, tier: 'P2' as const },
    }
    const { help } = cold({
      agents: W1,
      tasks,
      milestones: { m: { due: '1970-01-02T00:00', tasks: ['a', 'b', 'c'] } },
    })
    expect(help.map(({ kind, earlierMs, isEnough }) => [kind, earlierMs / HOUR, isEnough])).to.deep.equal([
      ['workers', 10, true],
      ['drop', 10, true],
    ])
    expect(help[1]).to.include({ tier: 'P2' }).and.to.have.property('tasks').deep.equal(['b'])
  })

  it('corrects estimates by what tasks of that role took, and is at risk when only the slow tenth misses the date', () => {
    const init = {
      agents: { A: { role: 'impl' }, P: { role: 'plan' } },
      tasks: Object.fromEntries(
        [1, 2, 3, 4, 5].map((n) => [`t${n}`, { role: 'impl', estimateMs: HOUR, priority: n }]),
      ),
      milestones: { m: { due: '1970-01-01T08:00', tasks: ['t1', 't2', 't3', 't4', 't5'] } },
    }
    const bench = new Bench(init)
    for (const [task, took] of [
      ['t1', 1],
      ['t2', 1.5],
      ['t3', 2],
    ] as const) {
      bench.dispatch()
      bench.now += took * HOUR
      bench.finish(task)
    }
    const at = (due: string) => {
      bench.relayout({ ...init, milestones: { m: { ...init.milestones.m, due } } })
      const { milestones: found, paces } = forecast(bench.state, { now: bench.now, zone: 'UTC' })
      return { found: found[0]!, paces }
    }
    const { paces, found } = at('1970-01-01T09:00')
    expect(paces[0]).to.deep.equal({ role: 'impl', samples: 3, median: 1.5, p90: 2 })
    // 4.5 h have passed; 2 tasks are left, of 1.5 h by the median and of 2 h by the slow tenth.
    expect(found).to.include({
      state: 'on_time',
      forecastAt: 7.5 * HOUR,
      slowAt: 8.5 * HOUR,
      lateMs: 0,
      done: 3,
    })
    expect(at('1970-01-01T08:00').found).to.include({ state: 'at_risk', lateMs: 0, slowLateMs: 0.5 * HOUR })
    expect(at('1970-01-01T07:00').found).to.include({ state: 'late', lateMs: 0.5 * HOUR })
    // An attempt that runs is a part of its task: what it took so far is not counted again.
    bench.dispatch()
    bench.now += HOUR
    expect(at('1970-01-01T07:00').found.forecastAt).to.equal(7.5 * HOUR)
  })

  it('expects the end of the run by corrected estimates, of what goes on by itself', () => {
    const bench = new Bench({
      agents: { A: { role: 'impl' }, B: { role: 'docs' } },
      tasks: {
        a: { role: 'impl', estimateMs: HOUR },
        b: { role: 'impl', estimateMs: HOUR, needs: ['a'] },
        c: { role: 'docs', estimateMs: 9 * HOUR },
      },
    })
    const end = () => forecast(bench.state, { now: bench.now, zone: 'UTC' }).runEndAt
    expect(end()).to.equal(9 * HOUR)
    bench.dispatch()
    bench.end('c', 'failed')
    bench.now = 2 * HOUR
    bench.finish('a')
    // It took twice its estimate, and so will the next one; the task that failed waits for a person.
    expect(end()).to.equal(4 * HOUR)
    bench.dispatch()
    bench.finish('b')
    expect(end()).to.equal(null)
  })

  it('keeps the limit of tasks that are executed together, and foresees no failure', () => {
    const bench = new Bench({
      agents: { A: {}, B: {}, C: {} },
      tasks: { undo: { when: 'on_failure', needs: ['a'], estimateMs: 9 * HOUR }, a: { estimateMs: HOUR } },
    })
    const tasks = ['x', 'y', 'z'].map((id) => taskOf(id, { estimateMs: 2 * HOUR }))
    bench.event({ type: 'execution.asked', execution: 'E', tasks, maxWorkers: 1, by: PERSON })
    expect(forecast(bench.state, { now: 0, zone: 'UTC' }).endAt).to.equal(6 * HOUR)
    bench.dispatch()
    expect(forecast(bench.state, { now: 0, zone: 'UTC' }).endAt).to.equal(6 * HOUR)
  })

  it('has an agent that is limited go on when its limit ends, with what it has in hand too', () => {
    const bench = new Bench({ agents: W1, tasks: hours({ a: [2], b: [1, 'a'] }) })
    bench.dispatch()
    bench.now = HOUR
    const ends = () =>
      Object.fromEntries(forecast(bench.state, { now: bench.now, zone: 'UTC' }).schedule.ends)
    expect(ends()).to.deep.equal({ a: 2 * HOUR, b: 3 * HOUR })
    bench.see('W1', 'limited', { until: 10 * HOUR })
    expect(ends()).to.deep.equal({ a: 11 * HOUR, b: 12 * HOUR })
    bench.now = 9 * HOUR
    expect(ends()).to.deep.equal({ a: 11 * HOUR, b: 12 * HOUR })
    bench.now = 10.5 * HOUR
    expect(ends()).to.deep.equal({ a: 11.5 * HOUR, b: 12.5 * HOUR })
  })

  it('is at risk at best while a task waits for a person, and names it', () => {
    const bench = new Bench({
      agents: { A: {} },
      tasks: { a: {}, b: { needs: ['a'] } },
      milestones: { m: { due: '1970-02-01', tasks: ['b'] } },
    })
    bench.dispatch()
    bench.end('a', 'failed')
    const { milestones: found } = forecast(bench.state, { now: 0, zone: 'UTC' })
    expect(found[0])
      .to.include({ state: 'at_risk', lateMs: 0 })
      .and.to.have.property('stuck')
      .deep.equal(['b'])
  })

  it('counts a milestone as done when its tasks and the gate of its phase are, and how late that was', () => {
    const bench = new Bench({
      agents: { A: {} },
      tasks: { a: {}, b: {} },
      gates: { g: { approve: 'human' } },
      phases: { p: { tasks: ['a'], gate: 'g' } },
      milestones: { m: { due: '1970-01-01T00:00:10', tasks: ['p'] }, n: { due: '1970-01-02', tasks: ['a'] } },
    })
    bench.dispatch()
    bench.now = 30_000
    bench.finish('a')
    const states = () =>
      forecast(bench.state, { now: bench.now, zone: 'UTC' }).milestones.map((m) => [m.state, m.lateMs])
    expect(states()).to.deep.equal([
      ['late', 20_000],
      ['done', 0],
    ])
    bench.approve('g')
    expect(states()).to.deep.equal([
      ['done', 20_000],
      ['done', 0],
    ])
  })

  it('ends a date at 24:00 of the zone', () => {
    const init = {
      agents: W1,
      tasks: hours({ a: [1] }),
      milestones: { m: { due: '1970-01-01', tasks: ['a'] } },
    }
    expect(cold(init, 'Asia/Tokyo').milestones[0]!.dueAt).to.equal(15 * HOUR)
  })

  it('is computed in steps that look at a part of the tasks each, also where nothing happens yet', () => {
    const state = previewLayout(null, wideLayout({ tasks: 2000, agents: 0, width: 2000 }), 0)
    const steps = (list: Steps<unknown>) => [...list].length
    expect(steps(criticalWaySteps(state, 0, () => 1))).to.be.at.least(15)
    expect(steps(pacesSteps(state))).to.be.at.least(10)
    // Nobody is there, so everything begins and ends in two moments: the other steps come before the first.
    expect(steps(scheduleSteps(state, { now: 0, factor: () => 1 }))).to.be.at.least(30)
  })
})
