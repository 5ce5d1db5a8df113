/**
 * tmux's custom layout strings: `bb62,159x48,0,0{79x48,0,0,1,79x48,80,0,2}`: four hex digits of checksum, then a
 * tree of cells. `{…}` stands side by side, `[…]` on top of each other; a pane's number may follow a leaf and is ignored.
 */
export interface LeafCell {
  readonly kind: 'leaf'
  readonly cols: number
  readonly rows: number
}
export interface SplitCell {
  readonly kind: 'columns' | 'rows'
  readonly cols: number
  readonly rows: number
  readonly children: readonly LayoutCell[]
}
export type LayoutCell = LeafCell | SplitCell

export type LayoutParse =
  { readonly ok: true; readonly cell: LayoutCell } | { readonly ok: false; readonly message: string }

const MAX_TEXT = 8192
const MAX_DEPTH = 16

/** tmux's rotating 16-bit sum over everything behind the first comma, as four hex digits. */
export function layoutChecksum(body: string): string {
  let sum = 0
  for (let i = 0; i < body.length; i++) {
    sum = ((sum >> 1) + ((sum & 1) << 15) + body.charCodeAt(i)) & 0xffff
  }
  return sum.toString(16).padStart(4, '0')
}

export function looksLikeLayoutString(text: string): boolean {
  return /^[0-9a-fA-F]{1,8},/.test(text)
}

/** Stricter than tmux: the checksum must be right and the sizes must add up. */
export function parseLayoutString(text: string): LayoutParse {
  if (text.length > MAX_TEXT) return { ok: false, message: 'the layout string is too long' }
  const head = /^([0-9a-f]{4}),(.+)$/.exec(text)
  if (head === null) return { ok: false, message: 'a layout string starts with four hex digits and a comma' }
  const body = head[2] ?? ''
  const expected = layoutChecksum(body)
  if (head[1] !== expected) {
    return { ok: false, message: `the checksum of the layout string is ${head[1]}, it should be ${expected}` }
  }
  const reader = new CellReader(body)
  const cell = reader.cell(0)
  if (cell === undefined || !reader.atEnd) {
    return { ok: false, message: `the layout string breaks off at character ${reader.position + 6}` }
  }
  const mismatch = sizeMismatch(cell)
  return mismatch === undefined ? { ok: true, cell } : { ok: false, message: mismatch }
}

export function countLeaves(cell: LayoutCell): number {
  return cell.kind === 'leaf' ? 1 : cell.children.reduce((n, child) => n + countLeaves(child), 0)
}

/** Cell tree → text that tmux takes. */
export function formatLayoutString(cell: LayoutCell): string {
  const body = formatCell(cell, 0, 0)
  return `${layoutChecksum(body)},${body}`
}

function formatCell(cell: LayoutCell, x: number, y: number): string {
  const place = `${cell.cols}x${cell.rows},${x},${y}`
  if (cell.kind === 'leaf') return `${place},0`
  const parts: string[] = []
  let [left, top] = [x, y]
  for (const child of cell.children) {
    parts.push(formatCell(child, left, top))
    if (cell.kind === 'columns') left += child.cols + 1
    else top += child.rows + 1
  }
  return cell.kind === 'columns' ? `${place}{${parts.join(',')}}` : `${place}[${parts.join(',')}]`
}

function sizeMismatch(cell: LayoutCell): string | undefined {
  if (cell.kind === 'leaf') return undefined
  const along = cell.kind === 'columns' ? 'cols' : 'rows'
  const across = cell.kind === 'columns' ? 'rows' : 'cols'
  const total = cell.children.reduce((sum, child) => sum + child[along] + 1, -1)
  if (total !== cell[along] || cell.children.some((child) => child[across] !== cell[across])) {
    return `the cells in ${cell.cols}x${cell.rows} do not add up`
  }
  for (const child of cell.children) {
    const inner = sizeMismatch(child)
    if (inner !== undefined) return inner
  }
  return undefined
}

class CellReader {
  position = 0
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  get atEnd(): boolean {
    return this.position === this.#text.length
  }

  cell(depth: number): LayoutCell | undefined {
    const size = this.#take(/(\d{1,4})x(\d{1,4}),\d{1,4},\d{1,4}/y)
    const [cols, rows] = [Number(size?.[1] ?? 0), Number(size?.[2] ?? 0)]
    if (size === undefined || cols === 0 || rows === 0 || depth > MAX_DEPTH) return undefined
    const open = this.#take(/[{[]/y)?.[0]
    if (open === undefined) {
      // A leaf's pane number; `,80x24` is the next cell instead.
      this.#take(/,\d+(?=[,}\]]|$)/y)
      return { kind: 'leaf', cols, rows }
    }
    const children: LayoutCell[] = []
    do {
      const child = this.cell(depth + 1)
      if (child === undefined) return undefined
      children.push(child)
    } while (this.#take(/,/y) !== undefined)
    const close = open === '{' ? /\}/y : /\]/y
    if (this.#take(close) === undefined) return undefined
    return { kind: open === '{' ? 'columns' : 'rows', cols, rows, children }
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position
    const match = pattern.exec(this.#text)
    if (match === null) return undefined
    this.position = pattern.lastIndex
    return match
  }
}
