import { expect } from 'chai'
import { DAEMON } from '../../../../lib/core/principal.js'
import { initialState, reduce } from '../../../../lib/core/run/reduce.js'
import { restoreState } from '../../../../lib/daemon/history/restore-state.js'
import { Snapshots, type SnapshotsDeps } from '../../../../lib/daemon/history/snapshots.js'
import type { Snapshot, StoredEvent, Writer } from '../../../../lib/store/port.js'

const writer = (seq: number): Writer => ({ seq, at: 0, version: '1', format: 2 })

function snapshotsOf(
  lastSeq: number,
  last: number,
  writtenUpTo: number | null = lastSeq,
  writers = [writer(1)],
) {
  const saved: number[] = []
  const journal = { lastSeq, writers: () => writers, saveSnapshot: (seq: number) => void saved.push(seq) }
  const log = { warn: () => undefined } as unknown as SnapshotsDeps['log']
  const snapshots = new Snapshots(
    { journal, state: initialState(), writtenUpTo: () => writtenUpTo, log },
    last,
  )
  return { snapshots, saved }
}

const EVENT = { type: 'run.finished', at: 0 } as const
const soon = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

describe('snapshots', () => {
  it('are written every 20,000 events, once for all that come at once', async () => {
    const { snapshots, saved } = snapshotsOf(25_000, 5001)
    snapshots.follow(EVENT, 25_000)
    await soon()
    expect(saved).to.deep.equal([])
    snapshots.follow(EVENT, 25_001)
    snapshots.follow(EVENT, 25_002)
    await soon()
    expect(saved).to.deep.equal([25_000])
  })

  it('are written before another version than the last writes its first event', () => {
    const upgraded = snapshotsOf(120, 100, 120, [writer(1), writer(121)])
    upgraded.snapshots.begin()
    expect(upgraded.saved).to.deep.equal([120])
    const same = snapshotsOf(120, 100, 120, [writer(1), writer(50)])
    same.snapshots.begin()
    expect(same.saved).to.deep.equal([])
  })

  it('are not written while the journal lacks what the state has, nor twice', () => {
    const behind = snapshotsOf(120, 100, null)
    behind.snapshots.save()
    expect(behind.saved).to.deep.equal([])
    const done = snapshotsOf(120, 120)
    done.snapshots.save()
    expect(done.saved).to.deep.equal([])
  })
})

describe('restoreState', () => {
  const events: StoredEvent[] = [
    { seq: 1, event: { type: 'run.started', at: 1, by: DAEMON } },
    { seq: 2, event: { type: 'run.paused', at: 2, by: DAEMON } },
    { seq: 3, event: { type: 'run.resumed', at: 3, by: DAEMON } },
  ]
  const journal = (snapshots: readonly Snapshot[]) => {
    const read: number[] = []
    return {
      read,
      snapshots: () => snapshots,
      events: () => events.slice(-1),
      *load(after = 0) {
        for (const stored of events.slice(after)) {
          read.push(stored.seq)
          yield stored
        }
      },
    }
  }
  const state = initialState()
  for (const { event } of events.slice(0, 2)) reduce(state, event)
  const good = { seq: 2, at: 0, format: 2, version: '1', state: '' }

  it('reads only what came after the newest good snapshot, and says which were not good', async () => {
    const { encodeState } = await import('../../../../lib/core/run/journal/snapshot.js')
    const source = journal([
      { ...good, seq: 3, state: '{"half' },
      { ...good, state: encodeState(state) },
    ])
    const restored = restoreState(source)
    expect(restored).to.include({ snapshotSeq: 2, lastAt: 3 })
    expect(restored.state.phase).to.equal('running')
    expect(source.read).to.deep.equal([3])
    expect(restored.problems.join()).to.include('the snapshot at event 3')
  })

  it('reads the whole journal when none is good', () => {
    const source = journal([{ ...good, state: '' }])
    expect(restoreState(source)).to.deep.include({ snapshotSeq: 0 })
    expect(source.read).to.deep.equal([1, 2, 3])
  })
})
