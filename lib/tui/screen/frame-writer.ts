/**
 * Frames → bytes: only cells that changed, between the first and the last changed column of each row. The bytes hold
 * printable text and our own SGR and cursor movements, nothing else; a frame that equals the last costs none.
 */
import { clusters } from '../../core/text/display-width.js'
import { safeText } from '../../core/text/safe-text.js'
import type { Frame, Row } from '../draw/frame.js'
import { sgrOf, type ColorMode } from './palette.js'

interface Cell {
  readonly text: string
  readonly width: number
  readonly sgr: string
}

/** Terminals that know them show each frame at once; others ignore them. */
const BEGIN = '\u001b[?2026h'
const END = '\u001b[?2026l'

export class FrameWriter {
  readonly #mode: ColorMode
  #before: Row[] = []
  #cells: Cell[][] = []
  #cursor: string | null = null

  constructor(mode: ColorMode) {
    this.#mode = mode
  }

  /** The screen is not what we left: write all of it next time. */
  forget(): void {
    this.#before = []
    this.#cells = []
    this.#cursor = null
  }

  /** Empty when nothing changed. */
  write(frame: Frame): string {
    let out = this.#before.length === 0 ? '\u001b[0m\u001b[2J' : ''
    for (const [index, row] of frame.rows.entries()) {
      const before = this.#before[index]
      if (before !== undefined && isSame(before, row)) continue
      const cells = this.#cellsOf(row)
      out += changed(this.#cells[index] ?? [], cells, index)
      this.#cells[index] = cells
      this.#before[index] = row
    }
    this.#before.length = frame.rows.length
    this.#cells.length = frame.rows.length
    const cursor =
      frame.cursor === null
        ? '\u001b[?25l'
        : `\u001b[${frame.cursor.row + 1};${frame.cursor.col + 1}H\u001b[?25h`
    if (out === '' && cursor === this.#cursor) return ''
    this.#cursor = cursor
    return `${BEGIN}${out}${cursor}${END}`
  }

  #cellsOf(row: Row): Cell[] {
    const cells: Cell[] = []
    for (const { text, tone, ground } of row) {
      const sgr = sgrOf(this.#mode, tone, ground)
      // Spans are made safe where they are made; here a mistake elsewhere would become an escape sequence.
      for (const cluster of clusters(safeText(text))) cells.push({ ...cluster, sgr })
    }
    return cells
  }
}

function isSame(a: Row, b: Row): boolean {
  if (a.length !== b.length) return false
  for (const [index, piece] of a.entries()) {
    const other = b[index]
    if (other === undefined || piece.text !== other.text) return false
    if (piece.tone !== other.tone || piece.ground !== other.ground) return false
  }
  return true
}

function changed(before: readonly Cell[], after: readonly Cell[], row: number): string {
  let from = 0
  let col = 0
  while (from < after.length && same(before[from], after[from])) {
    col += after[from]?.width ?? 0
    from++
  }
  let to = after.length
  let old = before.length
  while (to > from && old > from && same(before[old - 1], after[to - 1])) {
    to--
    old--
  }
  // Equal tails stand at equal columns only when what lies between has equal width.
  if (widthOf(before, from, old) !== widthOf(after, from, to)) to = after.length
  if (from >= to) return ''
  let out = `\u001b[${row + 1};${col + 1}H`
  let sgr = ''
  for (const cell of after.slice(from, to)) {
    if (cell.sgr !== sgr) {
      out += cell.sgr === '' ? '\u001b[0m' : `\u001b[0;${cell.sgr}m`
      sgr = cell.sgr
    }
    out += cell.text
  }
  return sgr === '' ? out : `${out}\u001b[0m`
}

function same(a: Cell | undefined, b: Cell | undefined): boolean {
  return a !== undefined && b !== undefined && a.text === b.text && a.sgr === b.sgr
}

function widthOf(cells: readonly Cell[], from: number, to: number): number {
  let width = 0
  for (const cell of cells.slice(from, to)) width += cell.width
  return width
}
