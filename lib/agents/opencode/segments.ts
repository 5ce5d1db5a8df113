/**
 * opencode: conversation, the composer (rows with a bar `┃`, closed by `╹▀▀▀`), a footer whose left end holds the
 * spinner cells while it works. A question is a bar block without `╹`. In the conversation bar blocks are prompts,
 * errors and output of tools; `▣ Agent · Model · 6.6s` stands below an answer, without the time while it lasts. An error
 * follows the prompt's block; a prompt's block that the mark alone follows is a turn that was stopped.
 */
import { NO_SEGMENTS, type Segmenter, type Segments } from '../../core/status/segment.js'

const FLOOR = /^\s*╹▀{4,}/u
/** A second bar at the end: a popup of commands. */
const BAR = /^\s*┃(?!.*\S.*┃\s*$)/u
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u
const MARK = /^\s*▣\s/u

export const opencodeSegments: Segmenter = (whole) => {
  const rows = withoutSidebar(whole)
  const floor = rows.findLastIndex((row) => FLOOR.test(row))
  if (floor === -1) {
    const end = rows.findLastIndex((row) => BAR.test(row))
    if (end === -1) return { ...NO_SEGMENTS, transcript: rows, block: rows.slice(-6) }
    const start = barStart(rows, end)
    const dialog = rows.slice(start)
    return { ...NO_SEGMENTS, dialog, subject: subjectOf(dialog), transcript: rows.slice(0, start) }
  }
  const start = barStart(rows, floor - 1)
  const transcript = rows.slice(0, start)
  // The last row of the frame names agent and model.
  const composer = rows.slice(start, floor - 1).map((row) => row.replace(/^\s*┃/u, ''))
  return {
    composer: composer.length === 0 ? [''] : composer,
    composerAt: start,
    footer: rows.slice(floor + 1),
    dialog: [],
    transcript,
    ...turn(transcript),
  }
}

/**
 * `status`: the mark below the last turn, empty while there is none yet. `block`: the bar block that nothing but the
 * mark follows, if it is not the prompt itself: an error. Without a mark: the prompt that has just been sent.
 */
function turn(drawn: readonly string[]): Pick<Segments, 'status' | 'block'> {
  // 1.2 draws a scroll bar at the right.
  const transcript = drawn.map((row) => row.replace(/\s+[▄█▀]\s*$/u, ''))
  const mark = transcript.findLastIndex((row) => MARK.test(row))
  const bar = transcript.findLastIndex((row) => BAR.test(row))
  if (bar === -1) return { status: mark === -1 ? [] : transcript.slice(mark), block: [] }
  const start = barStart(transcript, bar)
  const block = transcript.slice(start, bar + 1)
  if (bar > mark)
    return { status: [], block: transcript.slice(bar + 1).some((row) => row.trim() !== '') ? [] : block }
  const status = transcript.slice(mark)
  if (transcript.slice(bar + 1, mark).some((row) => row.trim() !== '')) return { status, block: [] }
  return { status, block: isFirstOfTurn(transcript.slice(0, start)) ? [] : block }
}

/** A prompt follows the mark of the turn before, which a narrow screen wraps; an error follows a prompt or an answer. */
function isFirstOfTurn(above: readonly string[]): boolean {
  const end = above.findLastIndex((row) => row.trim() !== '')
  if (end === -1) return true
  const start = above.slice(0, end).findLastIndex((row) => row.trim() === '') + 1
  return above.slice(start, end + 1).some((row) => MARK.test(row))
}

/** From some width on a column stands at the right: tokens, cost, servers, version. */
function withoutSidebar(rows: readonly string[]): readonly string[] {
  const columns = rows.flatMap((row) => {
    const [, left] = /^(.{50,}\s{2})(?:Context|LSP|MCP|Todo|• OpenCode \S+)\s*$/u.exec(row) ?? []
    return left === undefined ? [] : [displayWidth(left)]
  })
  const edge = columns.find((column) => columns.filter((other) => other === column).length >= 2)
  return edge === undefined ? rows : rows.map((row) => cutAt(row, edge))
}

function cutAt(row: string, column: number): string {
  let width = 0
  let out = ''
  for (const char of row) {
    width += displayWidth(char)
    if (width > column) break
    out += char
  }
  return out.trimEnd()
}

/** Good enough for text beside which a column stands: East Asian wide characters count two. */
function displayWidth(text: string): number {
  let width = 0
  for (const char of text) width += WIDE.test(char) ? 2 : 1
  return width
}

/** The first row of the bar block that ends at this row. */
function barStart(rows: readonly string[], end: number): number {
  let start = end
  while (start > 0 && BAR.test(rows[start - 1] ?? '')) start -= 1
  return start
}

/** `$ command`, to the next empty row of the bar; or the row of another tool: `→ Edit notes.txt`. */
function subjectOf(dialog: readonly string[]): readonly string[] {
  if (!dialog.some((row) => /Permission required/u.test(row))) return []
  const bare = dialog.map((row) => row.replace(/^\s*┃/u, ''))
  const start = bare.findIndex((row) => /^\s*\$ /u.test(row))
  if (start === -1) {
    const tool = bare.find((row) => /^\s*[→←%⚙✱◇] \S/u.test(row))
    return tool === undefined ? [] : [tool.trim().replace(/^\S /u, '')]
  }
  const end = bare.findIndex((row, i) => i > start && row.trim() === '')
  const rows = bare.slice(start, end === -1 ? bare.length : end)
  return [(rows[0] ?? '').replace(/^\s*\$ /u, ''), ...rows.slice(1)]
}
