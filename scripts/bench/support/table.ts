import type { Cell } from './question.js'

/** Lines of a table: the first column to the left, figures to the right. */
export function formatTable(columns: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const text = [columns, ...rows.map((row) => row.map((cell) => (cell === null ? '-' : String(cell))))]
  const widths = columns.map((_, i) => Math.max(...text.map((row) => (row[i] ?? '').length)))
  const line = (row: readonly string[]) =>
    `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')}`
  const [head = [], ...body] = text
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)]
}
