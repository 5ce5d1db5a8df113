import { expect } from 'chai'
import { buildGraph } from '../../../../lib/core/dag/graph.js'
import { findCycle, findCycles, formatCycle, hasCycle } from '../../../../lib/core/dag/find-cycle.js'
import { dependentsOf, needsOf, readySet } from '../../../../lib/core/dag/ready-set.js'
import { waveNumbers, waves } from '../../../../lib/core/dag/waves.js'
import { graphOf } from './graph-of.js'

describe('waves', () => {
  it('puts a task one wave after the last task it needs', () => {
    expect(waves(graphOf({ a: [], b: ['a'], c: ['a', 'b'] }))).to.deep.equal([['a'], ['b'], ['c']])
  })

  it('keeps the order of the layout inside a wave', () => {
    expect(waves(graphOf({ d: ['a'], b: ['a'], a: [] }))).to.deep.equal([['a'], ['d', 'b']])
  })

  it('adds no wave for a gate', () => {
    const graph = graphOf({ a: [], b: ['g'] }, {}, [{ id: 'g', after: ['a'] }])
    expect(waves(graph)).to.deep.equal([['a'], ['b']])
    expect(waveNumbers(graph).get('g')).to.equal(1)
  })

  it('is empty without tasks', () => {
    expect(waves(graphOf({}))).to.deep.equal([])
  })
})

describe('findCycle', () => {
  it('shows the way round, from the node that stands first', () => {
    const graph = graphOf({ x: [], b: ['c'], c: ['a'], a: ['b', 'x'], behind: ['a'] })
    expect(findCycle(graph)).to.deep.equal(['b', 'c', 'a', 'b'])
    expect(formatCycle(findCycle(graph)!)).to.equal('b → c → a → b')
    expect(hasCycle(graph)).to.equal(true)
  })

  it('finds a task that needs itself', () => {
    expect(findCycle(graphOf({ a: ['a'] }))).to.deep.equal(['a', 'a'])
  })

  it('goes through gates', () => {
    const graph = graphOf({ a: ['g'] }, {}, [{ id: 'g', after: ['a'] }])
    expect(findCycle(graph)).to.deep.equal(['a', 'g', 'a'])
  })

  it('reports separate cycles each once', () => {
    const graph = graphOf({ a: ['b'], b: ['a'], c: ['d'], d: ['c'], e: ['a', 'c'] })
    expect(findCycles(graph)).to.deep.equal([
      ['a', 'b', 'a'],
      ['c', 'd', 'c'],
    ])
  })

  it('says null when there is none', () => {
    expect(findCycle(graphOf({ a: [], b: ['a'] }))).to.equal(null)
  })

  it('shortens a long way round in print', () => {
    const needs = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`t${n}`, [`t${(n + 1) % 40}`]]))
    expect(formatCycle(findCycle(graphOf(needs))!)).to.match(/^t0 → .* → … → t38 → t39 → t0$/)
  })
})

describe('buildGraph', () => {
  it('collects needs that nobody is called', () => {
    expect(graphOf({ a: ['nobody'], b: [] }).missing).to.deep.equal([{ node: 'a', need: 'nobody' }])
  })

  it('counts a need that is named twice once', () => {
    expect(graphOf({ a: [], b: ['a', 'a'] }).order).to.deep.equal([0, 1])
  })

  it('takes names of Object.prototype for plain ids', () => {
    expect(graphOf({ a: ['toString'] }).missing).to.have.length(1)
  })

  it('plans a chain of 10,000 and a crowd of 5,000 without recursion', () => {
    const chain = buildGraph(
      Array.from({ length: 10_000 }, (_, n) => ({
        id: `t${n}`,
        needs: n === 0 ? [] : [`t${n - 1}`],
        estimateMs: 1,
      })),
    )
    expect(waves(chain)).to.have.length(10_000)
    const round = buildGraph(
      Array.from({ length: 10_000 }, (_, n) => ({
        id: `t${n}`,
        needs: [`t${(n + 1) % 10_000}`],
        estimateMs: 1,
      })),
    )
    expect(findCycle(round)).to.have.length(10_001)
  })
})

describe('readySet', () => {
  const graph = graphOf({ a: [], b: ['a'], c: ['g'] }, {}, [{ id: 'g', after: ['a'] }])

  it('lists what is not done and waits for nothing', () => {
    expect(readySet(graph, () => false)).to.deep.equal(['a'])
    expect(readySet(graph, (id) => id === 'a')).to.deep.equal(['b', 'g'])
    expect(readySet(graph, (id) => id !== 'c')).to.deep.equal(['c'])
  })

  it('finds everything that waits for a task, and everything it waits for', () => {
    expect([...dependentsOf(graph, ['a'])].sort()).to.deep.equal(['b', 'c', 'g'])
    expect([...needsOf(graph, ['c'])].sort()).to.deep.equal(['a', 'g'])
  })
})
