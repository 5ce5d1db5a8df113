/** The parts of a screen that rules look at. Each agent type brings the function that finds them. */

export interface Segments {
  readonly composer: readonly string[]
  /** Row of the screen at which the composer begins; absent: there is none. */
  readonly composerAt?: number
  readonly footer: readonly string[]
  readonly status: readonly string[]
  readonly block: readonly string[]
  readonly dialog: readonly string[]
  /** What the dialog is about: the command, the file. A person decides about it, so it is said first. */
  readonly subject?: readonly string[]
  /** The dialog is taller than the screen: who reads it has not seen all that it asks. */
  readonly isDialogCut?: boolean
  readonly transcript: readonly string[]
}

/** Rows are right-trimmed and without blank rows at the end. Must accept any screen. */
export type Segmenter = (rows: readonly string[]) => Segments

export const NO_SEGMENTS: Segments = {
  composer: [],
  footer: [],
  status: [],
  block: [],
  dialog: [],
  transcript: [],
}

/** For types whose screen has no structure of its own: everything is transcript. */
export const plainSegments: Segmenter = (rows) => ({
  composer: [],
  footer: [],
  status: [],
  block: lastParagraph(rows),
  dialog: [],
  transcript: rows,
})

/** The rows after the last blank one. */
export function lastParagraph(rows: readonly string[]): readonly string[] {
  const start = rows.findLastIndex((row) => row.trim() === '')
  return rows.slice(start + 1)
}
