/** What stands in the place of a tree, from the journal to the next decision and to a person. */
import { expect } from 'chai'
import { slotId, type MachineId } from '../../../../lib/core/ids.js'
import { treeAttention } from '../../../../lib/core/trees/attention.js'
import { freePlace, freePlaces } from '../../../../lib/core/trees/free-slot.js'
import type { LeakKind } from '../../../../lib/core/trees/leaks.js'
import { leakKey, type LeakRecord, type SlotRecord } from '../../../../lib/core/trees/records.js'
import type { TreePoolSpec } from '../../../../lib/core/trees/spec.js'

const HERE = 'here' as MachineId
const POOL: TreePoolSpec = {
  id: 'app',
  repository: 'app',
  size: 2,
  dir: '~/wood',
  setup: [],
  setupKey: [],
  copy: [],
  ports: {},
  keepMs: 1000,
  submodules: 'auto',
}
const slot = (index: number, more: Partial<SlotRecord> = {}): SlotRecord => ({
  id: slotId('app', HERE, index),
  pool: 'app',
  repository: 'app',
  machine: HERE,
  index,
  dir: '~/wood',
  state: 'free',
  stuckIn: null,
  stuckForIgnored: false,
  holder: null,
  attempt: null,
  path: `/wood/app.0${index}`,
  branch: null,
  base: null,
  setupKey: null,
  ports: {},
  since: 0,
  lastUsedAt: index,
  reason: null,
  retryAt: null,
  removal: null,
  ...more,
})
const leak = (kind: LeakKind, name: string, bytes: number | null = null): LeakRecord => ({
  machine: HERE,
  pool: 'app',
  kind,
  name,
  path: `/wood/${name}`,
  bytes,
  at: 0,
})
const standing = (slots: readonly SlotRecord[], leaks: readonly LeakRecord[] = []) => ({
  slots: new Map(slots.map((one) => [one.id, one])),
  leaks: new Map(leaks.map((one) => [leakKey(one), one])),
})
const given = (slots: readonly SlotRecord[], leaks: readonly LeakRecord[] = []) => [
  freePlace(standing(slots, leaks), POOL, HERE)?.index ?? null,
  freePlaces(standing(slots, leaks), POOL, HERE),
]

describe('the place of a tree', () => {
  it('is given out, the one used last first, and else made', () => {
    expect(given([slot(1), slot(2)])).to.deep.equal([2, 2])
    expect(given([slot(1, { state: 'ready' })])).to.deep.equal([2, 1])
    expect(given([slot(1, { state: 'ready' }), slot(2, { state: 'stuck' })])).to.deep.equal([null, 0])
  })

  it('is passed over while something stands there that is not ours', () => {
    expect(given([slot(1), slot(2)], [leak('orphan_dir', 'app.02')])).to.deep.equal([1, 1])
    expect(given([], [leak('foreign', 'app.01')])).to.deep.equal([2, 1])
    expect(given([slot(1)], [leak('foreign', 'app.01'), leak('orphan_dir', 'app.02')])).to.deep.equal([
      null,
      0,
    ])
    expect(given([slot(1)], [leak('orphan_entry', 'app.01'), leak('missing', 'app.02')])).to.deep.equal([
      1, 2,
    ])
  })

  it('is shown to a person where nothing else puts it in order', () => {
    const leaks = [
      leak('orphan_dir', 'a', 3 * 1024 * 1024),
      leak('half_removed', '.gone.app.01', 1024 * 1024),
      leak('forgotten', 'app.09'),
      leak('orphan_dir', 'b'),
      leak('missing', 'app.02'),
      leak('orphan_entry', 'app.01'),
    ]
    const stuck = slot(1, { state: 'stuck', reason: 'not removed: ignored files', stuckForIgnored: true })
    expect(
      treeAttention(standing([stuck], leaks), 60_000).map(({ kind, id, text }) => `${kind} ${id} ${text}`),
    ).to.deep.equal([
      'tree_stuck app.here.1 not removed: ignored files; `orchestra trees remove app.here.1 --ignored` removes it with them',
      'tree_leaked here 4 worktrees not accounted for (4.0 MB): orphan_dir a, half_removed .gone.app.01, forgotten app.09 and 1 more',
    ])
    expect(treeAttention(standing([stuck]), 59_999)).to.deep.equal([])
  })
})
