import { expect } from 'chai'
import { criticalPath, remainingMs } from '../../../../lib/core/dag/critical-path.js'
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
