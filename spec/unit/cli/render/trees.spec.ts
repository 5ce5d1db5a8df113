import { expect } from 'chai'
import { renderSaved, renderSlots } from '../../../../lib/cli/render/trees.js'
import type { SavedRow, SlotRow } from '../../../../lib/core/protocol/trees.js'

const AT = '2026-11-21T04:00:00.000Z'
const LOOK = { cols: 80, color: false, ascii: false, now: Date.parse(AT) + 60_000, offsetMin: 0 } as const
const saved: SavedRow = {
  ref: 'refs/orchestra/saved/miyabi-level6/Task-12.1/d5bb45579300',
  oid: '28c9de6ead8e224be886820a3a9ab1b3e18ebe76',
  machine: 'mugen',
  slot: 'frontend.mugen.11',
  task: 'Task-12',
  files: 2,
  why: 'left in the tree at its end',
  at: AT,
}
const slot: SlotRow = {
  id: 'frontend-of-the-shop.mugen.11',
  pool: 'frontend-of-the-shop',
  machine: 'mugen',
  index: 11,
  state: 'ready',
  holder: 'Task-12.1',
  task: 'Task-12',
  branch: 'orchestra/miyabi-level6/Task-12.1',
  base: '28c9de6ead8e224be886820a3a9ab1b3e18ebe76',
  base_at: AT,
  path: '/trees/app.11',
  ports: { PORT: 3110 },
  since: AT,
  reason: null,
}

describe('the tables of trees on 80 columns', () => {
  it('have a ref and a slot whole, as `trees restore` and `trees remove` want them', () => {
    expect(renderSaved([saved], LOOK)).to.contain(saved.ref)
    expect(renderSlots([slot], LOOK)).to.contain(slot.id)
  })
})
