/**
 * Claude Code: conversation, a status row (`✻ Verbing… (5s · …)`), the composer (`❯`) between two rules as wide as the
 * screen, a footer. A dialog takes the place of composer and footer and begins below a rule. Older versions drew the
 * composer in a box (`│ > …`).
 */
import { NO_SEGMENTS, type Segmenter, type Segments } from '../../core/status/segment.js'

/** A rule: a name or a note may stand in it. */
const RULE = /^\s?[─━▔]{6,}(?:.{0,60}?[─━]{1,})?\s*$/u
const BOX_TOP = /^\s?╭[─━]{6,}/u
const BOX_BOTTOM = /^\s?╰[─━]{6,}/u
const SCROLLED = /^\s?[─━]+ ↑ \d+ more [─━]+\s*$/u
const SIGN = /^\s?(?:[│|]\s)?[❯>!#](?:\s|$)/u
/** What stands below the options of a question, never below a composer. */
const QUESTION_BELOW =
  /\benter to \w+|\besc to (?:cancel|exit|go back|close|reject)|^\s*(?:[❯>]\s*)?\d+\.\s/iu
const STATUS = /^[✳✽✶✻✢✺∗*·◐◑●○] \S/u
const BLOCK_START = /^(?:[●⏺❯>✻✽✶✢✳·*] ?\S?| {1,2}⎿)/u

export const claudeSegments: Segmenter = (rows) => {
  const box = composerBox(rows)
  if (box === undefined) return withoutComposer(rows)
  const above = withoutNote(rows.slice(0, box.top))
  const statusAt = statusRow(above)
  const transcript = statusAt === -1 ? above : above.slice(0, statusAt)
  return {
    composer: rows.slice(box.top + 1, box.bottom),
    composerAt: box.top + 1,
    footer: rows.slice(box.bottom + 1),
    status: statusAt === -1 ? [] : above.slice(statusAt),
    block: lastBlock(transcript),
    dialog: [],
    transcript,
  }
}

function composerBox(rows: readonly string[]): { readonly top: number; readonly bottom: number } | undefined {
  const bottom = rows.findLastIndex((row) => RULE.test(row) || BOX_BOTTOM.test(row))
  // Below the composer stand at most a few rows of hints, and a popup of commands.
  if (bottom === -1) return undefined
  const top = rows
    .slice(0, bottom)
    .findLastIndex((row) => RULE.test(row) || BOX_TOP.test(row) || SCROLLED.test(row))
  if (top === -1 || top + 1 === bottom) return undefined
  const first = rows[top + 1] ?? ''
  // A long draft scrolls: its first row is out of sight, and the rule above says by how much.
  if (!SIGN.test(first) && !SCROLLED.test(rows[top] ?? '')) return undefined
  return isMenu(rows.slice(top + 1, bottom), rows.slice(bottom + 1)) ? undefined : { top, bottom }
}

/** Options between two rules are a question; a draft that begins like one has nothing of a question around it. */
function isMenu(inside: readonly string[], below: readonly string[]): boolean {
  if (SIGN.test(inside[0] ?? '') && !/^\s?[❯>]\s+\d+\.\s/u.test(inside[0] ?? '')) return false
  const options = inside.filter((row) => /^\s?(?:[❯>]|\s)\s*\d+\.\s/u.test(row))
  const footer = below.filter((row) => row.trim() !== '')
  return options.length > 1 || footer.length === 0 || footer.some((row) => QUESTION_BELOW.test(row))
}

/** A note set to the right above the composer (effort, update, context left) belongs to neither. */
function withoutNote(above: readonly string[]): readonly string[] {
  return /^\s{10,}\S/u.test(above.at(-1) ?? '') ? above.slice(0, -1) : above
}

/** The last spinner or end-of-turn row, if only its own details stand below it. */
function statusRow(above: readonly string[]): number {
  const at = above.findLastIndex((row) => STATUS.test(row))
  if (at === -1 || /^[●⏺] /u.test(above[at] ?? '')) return -1
  // An answer that began after it is newer.
  return above.slice(at + 1).some((row) => /^[●⏺] /u.test(row)) ? -1 : at
}

/** A result hangs right below its tool, or below a prompt; after a blank row in an answer it is part of the answer. */
function isQuoted(rows: readonly string[], at: number): boolean {
  if (!/^ {1,2}⎿/u.test(rows[at] ?? '') || (rows[at - 1] ?? '').trim() !== '') return false
  return /^[●⏺]/u.test(rows.slice(0, at).findLast((row) => /^\S/u.test(row)) ?? '')
}

function lastBlock(rows: readonly string[]): readonly string[] {
  const start = rows.findLastIndex((row, i) => BLOCK_START.test(row) && !isQuoted(rows, i))
  return start === -1 ? [] : rows.slice(start)
}

function withoutComposer(rows: readonly string[]): Segments {
  const said = rows.findLastIndex((row) => /^(?:[●⏺] |❯ (?!\d+\.)|\s{1,2}⎿)/u.test(row))
  const below = rows.slice(said + 1).findIndex((row) => RULE.test(row) || BOX_TOP.test(row))
  const start = below === -1 ? 0 : said + 1 + below
  return {
    ...NO_SEGMENTS,
    dialog: rows.slice(start),
    subject: subjectOf(rows.slice(start)),
    // A question begins below a rule; those before the first prompt fill the screen from its top.
    isDialogCut: below === -1 && said === -1 && (rows[0] ?? '').trim() !== '',
    transcript: rows.slice(0, start),
    block: lastBlock(rows),
  }
}

const DASHES = /^\s?╌{6,}\s*$/u

/** A command stands between two dashed rules (older: indented below its heading); of an edit the heading names the file. */
function subjectOf(dialog: readonly string[]): readonly string[] {
  const headAt = dialog.findIndex((row) => row.trim() !== '' && !RULE.test(row))
  const head = dialog[headAt] ?? ''
  // Of one that is cut at the top the heading is gone.
  const isCommand = /\bcommand$/u.test(head.trimEnd()) || !RULE.test(dialog[0] ?? '')
  const first = dialog.findIndex((row) => DASHES.test(row))
  if (first === -1) {
    if (!isCommand) return []
    const rest = dialog.slice(headAt + 1)
    const from = rest.findIndex((row) => row.trim() !== '')
    const to = rest.findIndex((row, i) => i > from && row.trim() === '')
    return rest.slice(from, to === -1 ? rest.length : to)
  }
  const second = dialog.findIndex((row, i) => i > first && DASHES.test(row))
  return isCommand && second !== -1 ? dialog.slice(first + 1, second) : dialog.slice(headAt, first)
}
