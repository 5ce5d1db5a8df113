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
const SIGN = /^\s?(?:[│|]\s)?[❯>!#](?:\s|$)/u
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
  const top = rows.slice(0, bottom).findLastIndex((row) => RULE.test(row) || BOX_TOP.test(row))
  if (top === -1 || top + 1 === bottom) return undefined
  const first = rows[top + 1] ?? ''
  if (!SIGN.test(first) || /^\s?[❯>]\s+\d+\.\s/u.test(first)) return undefined
  return { top, bottom }
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

function lastBlock(rows: readonly string[]): readonly string[] {
  const start = rows.findLastIndex((row) => BLOCK_START.test(row))
  return start === -1 ? [] : rows.slice(start)
}

function withoutComposer(rows: readonly string[]): Segments {
  const said = rows.findLastIndex((row) => /^(?:[●⏺] |❯ (?!\d+\.)|\s{1,2}⎿)/u.test(row))
  const below = rows.slice(said + 1).findIndex((row) => RULE.test(row) || BOX_TOP.test(row))
  const start = below === -1 ? 0 : said + 1 + below
  return {
    ...NO_SEGMENTS,
    dialog: rows.slice(start),
    transcript: rows.slice(0, start),
    block: lastBlock(rows),
  }
}
