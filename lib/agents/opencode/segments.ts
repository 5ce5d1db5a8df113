/**
 * opencode: conversation, the composer (rows with a bar `┃`, closed by `╹▀▀▀`), a footer whose left end holds the
 * spinner cells while it works. A question is a bar block without `╹`. From some width on a column stands at the right.
 */
import { NO_SEGMENTS, type Segmenter } from '../../core/status/segment.js'

const FLOOR = /^\s*╹▀{4,}/u
const BAR = /^\s*┃/u

export const opencodeSegments: Segmenter = (rows) => {
  const floor = rows.findLastIndex((row) => FLOOR.test(row))
  if (floor === -1) {
    const end = rows.findLastIndex((row) => BAR.test(row))
    if (end === -1) return { ...NO_SEGMENTS, transcript: rows, block: rows.slice(-6) }
    const start = barStart(rows, end)
    return {
      ...NO_SEGMENTS,
      dialog: rows.slice(start),
      transcript: rows.slice(0, start),
      block: lastBlock(rows.slice(0, start)),
    }
  }
  const start = barStart(rows, floor - 1)
  const transcript = rows.slice(0, start)
  // The last row of the frame names agent and model.
  const composer = rows.slice(start, floor - 1).map((row) => row.replace(/^\s*┃/u, ''))
  return {
    composer: composer.length === 0 ? [''] : composer,
    composerAt: start,
    footer: rows.slice(floor + 1),
    status: [],
    block: lastBlock(transcript),
    dialog: [],
    transcript,
  }
}

/** The first row of the bar block that ends at this row. */
function barStart(rows: readonly string[], end: number): number {
  let start = end
  while (start > 0 && BAR.test(rows[start - 1] ?? '')) start -= 1
  return start
}

/** The last bar block or paragraph of the conversation. */
function lastBlock(rows: readonly string[]): readonly string[] {
  let end = rows.length
  while (end > 0 && (rows[end - 1] ?? '').trim() === '') end -= 1
  const gap = rows.slice(0, end).findLastIndex((row) => row.trim() === '')
  return rows.slice(gap + 1, end)
}
