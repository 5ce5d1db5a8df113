/**
 * Codex draws downwards: conversation, a status row, the composer (`› …`), a footer set off by a blank row. A dialog or
 * picker takes the composer's place and ends with a row of key hints.
 */
import { fold } from '../../core/status/fold.js'
import { NO_SEGMENTS, type Segmenter } from '../../core/status/segment.js'

const KEY_HINTS =
  /\benter (?:to )?(?:confirm|continue|select|submit|trust|accept|view)\b|\besc (?:to )?(?:cancel|back|go back|close|dismiss)\b|\bpress (?:enter|any key|[a-z])\b.* to\b|\bq to quit\b/iu
const INTERRUPT = /\besc to interrupt\b/iu
const STARTS = /^\s*Waiting for startup\s+·/u
/** Paragraphs of the conversation and notices begin in the first column. */
const BLOCK_START = /^[•◦■✗✔✓⚠›▌─⏺]/u

/** Of the composer, in shell mode too, and of the selected option of a menu. */
const SIGN = /^›(?:\s|$)|^!\s/u

export const codexSegments: Segmenter = (rows) => {
  const hints = fold(rows.slice(-3))
  const option = rows.findLastIndex((row) => SIGN.test(row))
  const gap = rows.findLastIndex((row) => row.trim() === '')
  const footerAt = gap > option && rows.length - gap <= 5 ? gap + 1 : rows.length
  // A prompt that it took before it had started: it stands there until then, and is no draft any more.
  const starts = rows.findLastIndex((row) => STARTS.test(row))
  if (option !== -1 && starts > option && rows.slice(starts + 1).every((row) => row.trim() === ''))
    return { ...NO_SEGMENTS, transcript: rows.slice(0, starts), status: rows.slice(starts) }
  const menu = /^›\s+\d+[.)]\s/u.test(rows[option] ?? '')
  if (
    !standsAboveFooter(rows, option, footerAt) &&
    ((KEY_HINTS.test(hints) && !INTERRUPT.test(hints)) || (menu && looksLikeMenu(rows, option)))
  ) {
    const start = dialogStart(rows, option)
    const dialog = rows.slice(start)
    return {
      ...NO_SEGMENTS,
      dialog,
      subject: commandIn(dialog),
      isDialogCut: isCut(rows, dialog, start),
      transcript: rows.slice(0, start),
    }
  }
  // A prompt of the conversation: something of it stands below. On the main screen that is what an exit leaves.
  const answered = rows.slice(option + 1).some((row) => BLOCK_START.test(row))
  if (option === -1 || answered) return { ...NO_SEGMENTS, transcript: rows, block: lastBlock(rows) }
  const above = rows.slice(0, option)
  const start = above.findLastIndex((row) => BLOCK_START.test(row))
  const last = start === -1 ? [] : above.slice(start)
  const busy =
    /^[•◦] /u.test(last[0] ?? '') &&
    /^[•◦] [^(`:]{1,90}\((?:\d+[hms] ?)+[•·] esc to interrupt\)/iu.test(fold(last.slice(0, 3)))
  return {
    composer: rows.slice(option, footerAt),
    composerAt: option,
    footer: rows.slice(footerAt),
    status: busy ? last : [],
    block: busy ? lastBlock(above.slice(0, start)) : lastBlock(above),
    dialog: [],
    transcript: busy ? above.slice(0, start) : above,
  }
}

/** Model and directory stand below a composer only, whatever a draft looks like; a menu ends with its keys. */
function standsAboveFooter(rows: readonly string[], option: number, footerAt: number): boolean {
  const footer = fold(rows.slice(footerAt))
  return option !== -1 && /·\s*\S*[/~]/u.test(footer) && !KEY_HINTS.test(footer)
}

function looksLikeMenu(rows: readonly string[], option: number): boolean {
  return (
    rows.slice(Math.max(0, option - 8), option + 9).filter((row) => /^[› ]\s+\d+[.)]\s/u.test(row)).length >=
    2
  )
}

/** A dialog begins after the last paragraph of the conversation: after two blank rows, or at its first indented row. */
function dialogStart(rows: readonly string[], option: number): number {
  const end = option === -1 ? rows.length - 1 : option
  const block = rows.slice(0, end).findLastIndex((row) => /^[•◦■✗⚠›]/u.test(row))
  // It fills the screen: all of it belongs to the question.
  if (block === -1) return 0
  let start = block + 1
  while (start < end && (rows[start] ?? '').trim() !== '') start += 1
  return Math.min(start, end)
}

/** From its prompt to the first option. */
function commandIn(dialog: readonly string[]): readonly string[] {
  const start = dialog.findIndex((row) => /^\s+\$ /u.test(row))
  if (start === -1) return []
  const end = dialog.findIndex((row, i) => i > start && /^[› ]\s+\d+[.)] /u.test(row))
  const rows = dialog.slice(start, end === -1 ? dialog.length : end)
  return [(rows[0] ?? '').replace(/^\s+\$ /u, ''), ...rows.slice(1)]
}

/** It begins above the screen; or what it asks takes so much room that no option is left to say no. */
function isCut(rows: readonly string[], dialog: readonly string[], start: number): boolean {
  if (start === 0 && /\S/u.test(rows[0] ?? '') && !/^\s*Welcome to Codex/u.test(rows[0] ?? '')) return true
  return (
    fold(dialog).startsWith('Would you like to ') && !dialog.some((row) => /^[› ]\s+\d+[.)] No\b/u.test(row))
  )
}

function lastBlock(rows: readonly string[]): readonly string[] {
  const start = rows.findLastIndex((row) => BLOCK_START.test(row))
  return start === -1 ? [] : rows.slice(start)
}
