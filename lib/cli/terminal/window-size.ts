import type { VerbContext } from '../verb.js'

/** The size of windows that are built for this terminal; without a terminal, a large one. */
export function windowSize(c: VerbContext): { readonly cols: number; readonly rows: number } {
  const terminal = c.interactive ? process.stdout : { columns: 200, rows: 50 }
  // The status line takes one row of the terminal.
  return { cols: Math.max(terminal.columns, 40), rows: Math.max(terminal.rows - 1, 10) }
}
