import { expect } from 'chai'
import fc from 'fast-check'
import { checkLayoutValue } from '../../../../lib/core/layout/tmux-layout.js'
import { isTmuxAtLeast, parseTmuxVersion } from '../../../../lib/core/layout/tmux-layout-names.js'
import {
  countLeaves,
  formatLayoutString,
  type LayoutCell,
  layoutChecksum,
  parseLayoutString,
} from '../../../../lib/core/layout/tmux-layout-string.js'

const v33a = parseTmuxVersion('tmux 3.3a')
const v35 = parseTmuxVersion('3.5')

describe('checkLayoutValue', () => {
  it('takes the names that every tmux knows', () => {
    for (const name of ['tiled', 'main-vertical', 'even-horizontal']) {
      expect(checkLayoutValue(name, 3), name).to.equal(null)
    }
  })

  it('refuses what would end a 3.3a server', () => {
    for (const name of [
      'tilde',
      '',
      'TILED',
      'main-horizontal-mirrored',
      't',
      'tiled ',
      '-x',
      '0',
      'constructor',
    ]) {
      expect(checkLayoutValue(name, 1, v33a), name).to.be.a('string')
      expect(checkLayoutValue(name, 1), name).to.be.a('string')
    }
  })

  it('takes the mirrored names from 3.5 on', () => {
    expect(checkLayoutValue('main-horizontal-mirrored', 2, v35)).to.equal(null)
  })

  // Recorded from tmux 3.3a: `list-windows -F '#{window_layout}'`.
  const recorded = 'd67e,80x24,0,0{40x24,0,0,0,39x24,41,0[39x12,41,0,1,39x11,41,13,2]}'

  it('takes a string that tmux wrote, for the right number of panes only', () => {
    expect(checkLayoutValue(recorded, 3)).to.equal(null)
    expect(checkLayoutValue(recorded, 2)).to.equal('the layout string has 3 panes, the window has 2')
  })

  it('refuses a wrong checksum and says the right one', () => {
    expect(checkLayoutValue(`0000${recorded.slice(4)}`, 3)).to.equal(
      'the checksum of the layout string is 0000, it should be d67e',
    )
  })

  it('refuses cells that do not add up, nothing, and too deep a tree', () => {
    const signed = (body: string) => `${layoutChecksum(body)},${body}`
    for (const body of [
      '80x24,0,0{40x24,0,0,40x24,41,0}',
      '0x24,0,0',
      '80x24,0,0{',
      '80x24,0,0{80x24,0,0]',
      '80x24,0,0,1,2,3',
      '80x24,0,0['.repeat(40),
    ]) {
      expect(parseLayoutString(signed(body)).ok, body).to.equal(false)
    }
  })
})

describe('layout strings', () => {
  const leaf = fc.record({ kind: fc.constant('leaf' as const), cols: fc.nat(200), rows: fc.nat(60) })

  it('format and parse are inverse, whatever the tree', () => {
    const { tree } = fc.letrec<{ tree: LayoutCell }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf.map((c) => ({ ...c, cols: c.cols + 1, rows: c.rows + 1 })),
        fc
          .tuple(
            fc.constantFrom('columns' as const, 'rows' as const),
            fc.array(tie('tree'), { minLength: 2, maxLength: 4 }),
          )
          .map(([kind, children]) => grow(kind, children)),
      ),
    }))
    fc.assert(
      fc.property(tree, (cell) => {
        const parsed = parseLayoutString(formatLayoutString(cell))
        if (formatLayoutString(cell).length > 8192 || biggest(cell) > 9999) return
        expect(parsed).to.deep.equal({ ok: true, cell })
        expect(checkLayoutValue(formatLayoutString(cell), countLeaves(cell))).to.equal(null)
      }),
      { numRuns: 60 },
    )
  })

  it('orders versions', () => {
    expect(v33a).to.deep.equal({ major: 3, minor: 3, letter: 'a' })
    expect(v35 && isTmuxAtLeast(v35, 3, 5)).to.equal(true)
    expect(v33a && isTmuxAtLeast(v33a, 3, 5)).to.equal(false)
    expect(parseTmuxVersion('next-3.7')).to.deep.equal({ major: 3, minor: 7, letter: '' })
    expect(parseTmuxVersion('master')).to.equal(undefined)
  })
})

/** A split whose children all have the size that makes it add up. */
function grow(kind: 'columns' | 'rows', children: readonly LayoutCell[]): LayoutCell {
  const across = kind === 'columns' ? 'rows' : 'cols'
  const along = kind === 'columns' ? 'cols' : 'rows'
  const size = Math.max(...children.map((c) => c[across]))
  const leaves = children.map((c) => ({ kind: 'leaf' as const, cols: c.cols, rows: c.rows, [across]: size }))
  const total = leaves.reduce((sum, c) => sum + c[along] + 1, -1)
  return { kind, cols: size, rows: size, [along]: total, children: leaves }
}

function biggest(cell: LayoutCell): number {
  return Math.max(cell.cols, cell.rows)
}
