import { expect } from 'chai'
import fc from 'fast-check'
import { checkLayoutValue } from '../../../../lib/core/layout/tmux-layout.js'
import type { PaneId, WindowId } from '../../../../lib/core/ids.js'
import { distribute, layoutLine } from '../../../../lib/tmux/protocol/view-layout.js'

function lineFor(layout: string | null, sizes: readonly (number | null)[], cols: number, rows: number) {
  const slots = sizes.map((_, i) => `p${i}`)
  return layoutLine(
    {
      name: 'W',
      layout,
      focus: false,
      panes: sizes.map((size, i) => ({
        slot: `p${i}`, argv: [], cwd: null, env: {}, agent: null, label: '', size, focus: false,
      })), // prettier-ignore
    },
    {
      windowId: '@1' as WindowId,
      index: 1,
      cols,
      rows,
      isZoomed: false,
      isPinned: false,
      mark: 'W',
      layoutKey: '',
      panes: slots.map((slot, i) => ({
        paneId: `%${i}` as PaneId, index: i, tty: '', cols: 1, rows: 1, slot, isDead: false, isActive: false,
      })), // prettier-ignore
    },
    undefined,
  )
}
const selected = (line: ReturnType<typeof lineFor>) =>
  line?.find(([name]) => name === 'select-layout')?.at(-1)

describe('layoutLine', () => {
  it('uses tmux’s own names where there are no shares', () => {
    expect(selected(lineFor('tiled', [null, null, null], 80, 24))).to.equal('tiled')
    expect(selected(lineFor(null, [null, null, null], 80, 24))).to.equal('tiled')
    expect(selected(lineFor(null, [null, null], 80, 24))).to.equal('even-vertical')
    expect(selected(lineFor(null, [null], 80, 24))).to.equal(undefined)
  })

  it('turns shares into cells', () => {
    expect(selected(lineFor('even-horizontal', [70, null], 101, 24))).to.match(
      /\{70x24,0,0,0,30x24,71,0,0\}$/,
    )
    expect(selected(lineFor('main-vertical', [50, 75, null], 81, 25))).to.match(
      /81x25,0,0\{40x25,0,0,0,40x25,41,0\[40x18,41,0,0,40x6,41,19,0\]\}$/,
    )
  })

  it('never gives tmux a layout that it may not know or that does not fit', () => {
    const layout = fc.constantFrom(null, 'tiled', 'main-vertical', 'main-horizontal', 'even-vertical', 'even-horizontal', 'tilde', '', 'main-vertical-mirrored', 'd67e,80x24,0,0{40x24,0,0,0,39x24,41,0[39x12,41,0,1,39x11,41,13,2]}') // prettier-ignore
    const sizes = fc.array(fc.option(fc.integer({ min: 1, max: 99 })), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(
        layout,
        sizes,
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 90 }),
        (name, shares, cols, rows) => {
          const given = selected(lineFor(name, shares, cols, rows))
          if (given !== undefined) expect(checkLayoutValue(String(given), shares.length)).to.equal(null)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('distributes every cell', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 12 }),
        (total, shares) => {
          const parts = distribute(total, shares)
          if (parts === null) {
            expect(total).to.be.lessThan(2 * shares.length - 1)
            return
          }
          expect(parts.reduce((a, b) => a + b, 0)).to.equal(total - shares.length + 1)
          expect(Math.min(...parts)).to.be.greaterThan(0)
        },
      ),
      { numRuns: 200 },
    )
  })
})
