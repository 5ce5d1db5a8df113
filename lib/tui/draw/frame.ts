/** A frame is what the screen shall show: rows of styled text, and what a click on it means. */
import { clusters, displayWidth } from '../../core/text/display-width.js'
import { fitLine, type Line, type Span } from '../../core/view/spans.js'
import type { PanelId } from '../ui/state.js'

export type Ground = 'chosen' | 'bar' | 'box'

export interface Piece extends Span {
  readonly ground?: Ground
  /** It is true now, however old the figures around it are. */
  readonly isFresh?: true
}
export type Row = readonly Piece[]

/** Rows of one panel that can be clicked: `ids[i]` stands `i` rows below `top`. */
export interface Hit {
  readonly panel: PanelId
  readonly top: number
  readonly left: number
  readonly width: number
  readonly ids: readonly string[]
}

export interface Block {
  readonly rows: readonly Row[]
  readonly hits: readonly Hit[]
}

export interface Frame extends Block {
  /** Where the text cursor stands; null: hidden. */
  readonly cursor: { readonly col: number; readonly row: number } | null
}

export function onGround(row: Row, ground: Ground): Row {
  return row.map((piece) => ({ ...piece, ground }))
}

/** Exactly `height` rows of exactly `width` columns. */
export function fitRows(rows: readonly Line[], width: number, height: number): Row[] {
  const out = rows.slice(0, Math.max(0, height)).map((row) => fitLine(row, width))
  while (out.length < height) out.push([{ text: ' '.repeat(width), tone: 'plain' }])
  return out
}

/** `right` beside `left`, with a rule between; both of the same height. */
export function beside(left: Block, leftWidth: number, right: Block, rule: Piece): Block {
  return {
    rows: left.rows.map((row, index) => [...row, rule, ...(right.rows[index] ?? [])]),
    hits: [
      ...left.hits,
      ...right.hits.map((hit) => ({ ...hit, left: hit.left + leftWidth + displayWidth(rule.text) })),
    ],
  }
}

export function stack(blocks: readonly Block[]): Block {
  const rows: Row[] = []
  const hits: Hit[] = []
  for (const block of blocks) {
    hits.push(...block.hits.map((hit) => ({ ...hit, top: hit.top + rows.length })))
    rows.push(...block.rows)
  }
  return { rows, hits }
}

/** Columns `from` to `to` of a row; half a wide character becomes a space. */
export function sliceRow(row: Row, from: number, to: number): Row {
  const out: Piece[] = []
  let col = 0
  for (const piece of row) {
    let text = ''
    for (const cluster of clusters(piece.text)) {
      const end = col + cluster.width
      if (col >= from && end <= to) text += cluster.text
      else text += ' '.repeat(Math.max(0, Math.min(end, to) - Math.max(col, from)))
      col = end
    }
    if (text !== '') out.push({ ...piece, text })
  }
  return out
}

/** `box` drawn over `rows` at `top`, `left`. */
export function overlay(
  rows: readonly Row[],
  box: readonly Row[],
  top: number,
  left: number,
  cols: number,
): Row[] {
  return rows.map((row, index) => {
    const over = box[index - top]
    if (over === undefined) return row
    const width = over.reduce((sum, { text }) => sum + displayWidth(text), 0)
    return [...sliceRow(row, 0, left), ...over, ...sliceRow(row, left + width, cols)]
  })
}
