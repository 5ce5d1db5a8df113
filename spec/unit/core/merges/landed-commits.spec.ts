import { expect } from 'chai'
import type { TaskId } from '../../../../lib/core/ids.js'
import type { Layout } from '../../../../lib/core/layout/model.js'
import { landedCommits } from '../../../../lib/core/merges/landed-commits.js'
import { newMerge, type MergeEntry } from '../../../../lib/core/merges/records.js'

const queue = (id: string, how: string, into = 'main') => ({ id, pool: 'app', how, into })
const layout = {
  trees: [{ id: 'app', repository: 'app' }],
  merges: [queue('squash', 'squash'), queue('merge', 'merge'), queue('next', 'rebase', 'next')],
} as unknown as Layout
const entry = (oid: string, status: string) => [oid, { oid, status }] as unknown as [TaskId, MergeEntry]
const merges = new Map(
  ['squash', 'merge', 'next'].map((id) => [
    id,
    { ...newMerge(id), entries: new Map([entry(`${id}-in`, 'landed'), entry(`${id}-waits`, 'queued')]) },
  ]),
)

describe('landedCommits', () => {
  it('are those that a target holds as other commits', () => {
    expect(landedCommits({ layout, merges }, 'app', 'main')).to.deep.equal(['squash-in'])
    expect(landedCommits({ layout, merges }, 'app', 'next')).to.deep.equal(['next-in'])
    expect(landedCommits({ layout, merges }, 'other', 'main')).to.deep.equal([])
    expect(landedCommits({ layout: null, merges }, 'app', 'main')).to.deep.equal([])
  })
})
