import { expect } from 'chai'
import { criticalPath, remainingMs } from '../../../../lib/core/dag/critical-path.js'
import { expectedSchedule, makespanLowerBound } from '../../../../lib/core/dag/makespan.js'
import { buildGraph } from '../../../../lib/core/dag/graph.js'
import { graphOf } from './graph-of.js'

const diamond = graphOf({ a: [], b: ['a'], c: ['a'], d: ['b', 'c'] }, { a: 10, b: 5, c: 20, d: 1 })

describe('criticalPath', () => {
  it('is the longest way by estimate', () => {
    expect(criticalPath(diamond)).to.deep.equal({ path: ['a', 'c', 'd'], ms: 31 })
    expect(remainingMs(diamond).get('b')).to.equal(6)
  })

  it('leaves out what is done', () => {
    const done = new Set(['a', 'c'])
    expect(criticalPath(diamond, (id, ms) => (done.has(id) ? 0 : ms))).to.deep.equal({
      path: ['b', 'd'],
      ms: 6,
    })
  })

  it('passes through gates without adding time', () => {
    const graph = graphOf({ a: [], b: ['g'] }, { a: 3, b: 4 }, [{ id: 'g', after: ['a'] }])
    expect(criticalPath(graph)).to.deep.equal({ path: ['a', 'g', 'b'], ms: 7 })
  })

  it('is empty for an empty graph', () => {
    expect(criticalPath(graphOf({}))).to.deep.equal({ path: [], ms: 0 })
  })
})

describe('makespan', () => {
  const wide = graphOf({ a: [], b: [], c: [], d: [] }, { a: 4, b: 4, c: 4, d: 4 })

  it('cannot beat the work divided by the workers', () => {
    expect(makespanLowerBound(wide, () => ['x', 'y'])).to.equal(8)
    expect(makespanLowerBound(wide, (id) => (id === 'a' ? ['y'] : ['x']))).to.equal(12)
    expect(makespanLowerBound(wide, () => ['x', 'y', 'z', 'v', 'w'])).to.equal(4)
  })

  it('schedules to the first free worker that may', () => {
    const { ms, slots } = expectedSchedule(wide, () => ['x', 'y'])
    expect(ms).to.equal(8)
    expect(slots.map((slot) => `${slot.task}${slot.worker}${slot.startMs}`)).to.deep.equal([
      'ax0',
      'by0',
      'cx4',
      'dy4',
    ])
  })

  it('takes the longest way first when only one can work', () => {
    expect(expectedSchedule(diamond, () => ['x']).slots.map((slot) => slot.task)).to.deep.equal([
      'a',
      'c',
      'b',
      'd',
    ])
  })

  it('lets tasks without a worker start at once, and opens gates', () => {
    const graph = graphOf({ a: [], b: ['g'] }, { a: 3, b: 4 }, [{ id: 'g', after: ['a'] }])
    expect(expectedSchedule(graph, () => []).ms).to.equal(7)
  })

  it('stays quick with 2,000 tasks of all lengths', () => {
    const tasks = Array.from({ length: 5000 }, (_, n) => ({
      id: `t${n}`,
      needs: [],
      estimateMs: 1 + (n % 997),
    }))
    const graph = buildGraph(tasks)
    const workers = Array.from({ length: 15 }, (_, n) => `w${n}`)
    const { ms } = expectedSchedule(graph, () => workers)
    expect(ms).to.be.at.least(makespanLowerBound(graph, () => workers))
  })
})
