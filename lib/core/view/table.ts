/**
 * Tables that fit. Columns have a rank: as the screen narrows, the least important ones leave first, then texts are
 * shortened; as it widens, columns come back and texts grow. Widths depend on all rows, not on those in sight, so that
 * scrolling moves no column.
 */
import { displayWidth } from '../text/display-width.js'
import { ellipsisOf, type Theme } from './glyphs.js'
import { fitLine, lineWidth, span, type Line, type Span } from './spans.js'

export interface Column<Row> {
  readonly id: string
  readonly head: string
  /** 1 stays longest. */
  readonly rank: number
  /** Least columns that make sense for a text that may be shortened; without it the column is as wide as its content. */
  readonly min?: number
  /** Columns that such a text gets before less important columns are let in. */
  readonly want?: number
  /** Most columns it takes, however long its content. */
  readonly max?: number
  readonly align?: 'right'
  readonly cell: (row: Row) => Line
}

export interface TablePlan<Row> {
  readonly columns: readonly { readonly column: Column<Row>; readonly width: number; readonly head: string }[]
  readonly gap: number
}

const GAP = 2

/**
 * Which columns, and how wide, for all of `rows` in `cols`. Columns without any content are left out.
 * `title` takes the place of the most important column's head, and is whole wherever the screen has the columns for it.
 */
export function planTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  cols: number,
  title?: string,
): TablePlan<Row> {
  const gap = cols < 70 ? 1 : GAP
  const kept: { column: Column<Row>; natural: number; width: number }[] = []
  let used = -gap
  for (const column of [...columns].sort((a, b) => a.rank - b.rank)) {
    const head = headOf(column, title)
    const natural = naturalWidth(column, head, rows)
    if (natural === 0) continue
    const least = Math.max(displayWidth(head), Math.min(natural, column.min ?? natural))
    const wanted = Math.min(natural, Math.max(least, column.want ?? least))
    const room = cols - used - gap
    if (kept.length > 0 && room < least) continue
    const width = Math.min(wanted, Math.max(room, 1))
    kept.push({ column, natural, width })
    used += gap + width
  }
  let spare = cols - used
  for (const entry of kept) {
    const more = Math.min(spare, entry.natural - entry.width)
    if (more <= 0) continue
    entry.width += more
    spare -= more
  }
  const inOrder = columns.flatMap((column) => kept.filter((entry) => entry.column === column))
  return {
    columns: inOrder.map(({ column, width }) => ({ column, width, head: headOf(column, title) })),
    gap,
  }
}

function headOf<Row>(column: Column<Row>, title: string | undefined): string {
  return column.rank === 1 ? (title ?? column.head) : column.head
}

function naturalWidth<Row>(column: Column<Row>, head: string, rows: readonly Row[]): number {
  let widest = 0
  for (const row of rows) widest = Math.max(widest, lineWidth(column.cell(row)))
  if (widest === 0) return 0
  return Math.max(displayWidth(head), Math.min(widest, column.max ?? widest))
}

export function headLine<Row>(plan: TablePlan<Row>): Line {
  const cells = plan.columns.map(({ column, width, head }) =>
    alignCell([span(head, 'head')], width, column.align, ''),
  )
  return joinCells(plan, cells)
}

export function rowLine<Row>(plan: TablePlan<Row>, row: Row, theme: Theme): Line {
  const ellipsis = ellipsisOf(theme)
  return joinCells(
    plan,
    plan.columns.map(({ column, width }) => alignCell(column.cell(row), width, column.align, ellipsis)),
  )
}

function alignCell(cell: Line, width: number, align: 'right' | undefined, ellipsis: string): Line {
  const missing = width - lineWidth(cell)
  if (align === 'right' && missing > 0) return [span(' '.repeat(missing)), ...cell]
  return fitLine(cell, width, ellipsis)
}

function joinCells<Row>(plan: TablePlan<Row>, cells: readonly Line[]): Line {
  const out: Span[] = []
  for (const [index, cell] of cells.entries()) {
    if (index > 0) out.push(span(' '.repeat(plan.gap)))
    out.push(...cell)
  }
  return out
}

/** Heads and rows at once, for where everything is printed. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  cols: number,
  theme: Theme,
  heads = true,
): Line[] {
  const plan = planTable(columns, rows, cols)
  const body = rows.map((row) => rowLine(plan, row, theme))
  return heads ? [headLine(plan), ...body] : body
}
