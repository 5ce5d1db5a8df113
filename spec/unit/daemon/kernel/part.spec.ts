import { expect } from 'chai'
import type { RunEvent } from '../../../../lib/core/run/events.js'
import { followersOf, type Part } from '../../../../lib/daemon/kernel/part.js'

const by = { kind: 'daemon', via: 'timer' } as const
const PAUSED: RunEvent = { type: 'run.paused', at: 1, by }
const RESUMED: RunEvent = { type: 'run.resumed', at: 2, by }

describe('followersOf', () => {
  it('tells of an event whoever declares it and whoever follows all, in the order of the list', () => {
    const told: string[] = []
    const parts: Part[] = [
      { name: 'pauses', follows: { 'run.paused': (event, seq) => told.push(`pauses ${event.type} ${seq}`) } },
      { name: 'all', follow: (event, seq) => void told.push(`all ${event.type} ${seq}`) },
      { name: 'none' },
      { name: 'resumes', follows: { 'run.resumed': ({ type }) => told.push(`resumes ${type}`) } },
    ]
    const of = followersOf(parts)
    for (const [i, event] of [PAUSED, RESUMED, PAUSED].entries())
      for (const follow of of(event.type)) follow(event, i)
    expect(told).to.deep.equal([
      'pauses run.paused 0',
      'all run.paused 0',
      'all run.resumed 1',
      'resumes run.resumed',
      'pauses run.paused 2',
      'all run.paused 2',
    ])
  })
})
