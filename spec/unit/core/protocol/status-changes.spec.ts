import { expect } from 'chai'
import fc from 'fast-check'
import type { StatusDocument } from '../../../../lib/core/protocol/status.js'
import { statusChanges, withChanges } from '../../../../lib/core/protocol/status-changes.js'
import { bareStatus } from '../../../support/bare-status.js'

const agents = (...rows: object[]) => bareStatus({ agents: rows })

describe('changes of the state', () => {
  it('names the rows that are others now, and in them what is', () => {
    const before = agents({ id: 'A', state: 'idle', task: null }, { id: 'B', state: 'idle', task: null })
    const after = agents({ id: 'A', state: 'idle', task: null }, { id: 'B', state: 'working', task: null })
    const changes = statusChanges(before, { ...after, at: '2' })
    expect(changes).to.deep.equal({ fields: { at: '2' }, rows: { agents: [{ id: 'B', state: 'working' }] } })
    expect(JSON.stringify(changes).length).to.be.lessThan(80)
  })

  it('says nothing when only the time has gone on', () =>
    expect(statusChanges(bareStatus({ run: { phase: 'idle' } }), bareStatus({ at: '2', run: { phase: 'idle' } }))).to.equal(null)) // prettier-ignore

  it('asks for the whole state when rows come, go, change places or have other fields', () => {
    const two = agents({ id: 'A' }, { id: 'B' })
    for (const other of [
      agents({ id: 'A' }),
      agents({ id: 'B' }, { id: 'A' }),
      agents({ id: 'A' }, { id: 'B', more: 1 }),
    ])
      for (const [before, after] of [
        [two, other],
        [other, two],
      ] as const)
        expect(statusChanges(before, after)).to.equal('other')
    expect(statusChanges(two, { ...two, more: 1 } as unknown as StatusDocument)).to.equal('other')
  })

  it('makes of any state the one that came after it, also after a way as JSON', () => {
    const value = fc.oneof(fc.integer(), fc.constant(null), fc.string(), fc.array(fc.integer()), fc.object())
    const state = fc
      .record({
        at: fc.string(),
        summary: fc.object(),
        agents: fc.array(fc.record({ state: value, progress: value }), { maxLength: 4 }),
        tasks: fc.array(fc.record({ title: value }), { maxLength: 2 }),
      })
      .map(({ agents: rows, tasks, ...rest }) =>
        bareStatus({
          ...rest,
          agents: rows.map((row, i) => ({ id: `A-${i}`, ...row })),
          tasks: tasks.map((row, i) => ({ id: `T-${i}`, ...row })),
        }),
      )
    let told = 0
    fc.assert(
      fc.property(state, state, (before, after) => {
        const changes = statusChanges(before, after)
        if (changes === 'other') {
          const lengths = [before, after].map((doc) => `${doc.agents.length} ${doc.tasks.length}`)
          expect(lengths[0]).to.not.equal(lengths[1])
          return
        }
        if (changes === null) {
          expect(JSON.stringify({ ...before, at: after.at })).to.equal(JSON.stringify(after))
          return
        }
        told += 1
        const sent = JSON.parse(JSON.stringify(changes)) as typeof changes
        const made = JSON.parse(JSON.stringify(withChanges(before, sent))) as object
        expect(made).to.deep.equal(JSON.parse(JSON.stringify(after)))
      }),
      { numRuns: 1500 },
    )
    expect(told).to.be.greaterThan(20)
  })
})
