/** Screen text made comparable: no borders, no runs of blanks, no line ends. */

/** Box drawing and block elements that frame text, but not the spinner cells `■⬝` or bullets. */
const BORDERS = /[\u2500-\u257f\u2580-\u259f]/gu

/** One row without borders at its edges or inside, trimmed. */
export function bareRow(row: string): string {
  return row
    .replace(BORDERS, ' ')
    .replace(/[\s\u00a0]+/gu, ' ')
    .trim()
}

/** Rows → one line. A word that a narrow screen broke is not put together again; sentences are. */
export function fold(rows: readonly string[]): string {
  return rows
    .map(bareRow)
    .filter((row) => row !== '')
    .join(' ')
}

/** Rows without trailing blank ones, right-trimmed. */
export function trimScreen(rows: readonly string[]): readonly string[] {
  let end = rows.length
  while (end > 0 && (rows[end - 1] ?? '').trim() === '') end -= 1
  return rows.slice(0, end).map((row) => row.trimEnd())
}

/** A captured screen → rows. Carriage returns and escape sequences (`capture-pane -e`) are dropped. */
export function screenRows(text: string): readonly string[] {
  return text
    .replace(/\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)/g, '')
    .replace(/\x1b\[[0-9;:?<=>]*[ -/]*[@-~]/g, '')
    .replace(/\x1b[()*+][0-9A-B]|\x1b[=>78cDEHMNOZ]|[\x0e\x0f\r]/g, '')
    .split('\n')
}
