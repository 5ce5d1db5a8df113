/**
 * Gemini CLI prints downwards on the main screen. At the bottom: a status row, a rule, a row of modes, the composer in
 * its frame, a footer. The frame is `▄▄▄` and `▀▀▀`, before 0.40 the other way round, `───` where colours are few or
 * NO_COLOR is set, or blank rows; before 0.26 it is a box. Prompts in the conversation stand in the same frame, without a
 * rule above. A dialog is a box, and then there is no composer.
 */
import { NO_SEGMENTS, type Segmenter, type Segments } from '../../core/status/segment.js'

const EDGE = /^\s*(?:▄{8,}|▀{8,}|[─━]{8,})\s*$/u
const RULE = /^\s*[─━]{8,}\s*$/u
/** The heads of the footer's columns, or what stands below them. */
const FOOTER = /\bworkspace \(|(?:^|\s)(?:no )?sandbox\b|\s\/model\b/u
/** Before 0.26, at the very left; names of files and servers may stand between it and the composer. */
const OLD_SPINNER = /^[\u2800-\u28ff]/u
/** Wrapped at 40 columns, with what stands below it. */
const OLD_STATUS_ROWS = 10
const BOX_TOP = /^\s*╭[─━]{6,}/u
const BOX_BOTTOM = /^\s*╰[─━]{6,}/u
const SIGN = /^\s*(?:│\s)?[>!*]\s/u
const PICKER = /\((?:Use|Press) (?:Enter|Tab|Esc)\b|^\s*│\s*[●▲▼]/u
/** Messages of the conversation; user text is ` > …`. */
const BLOCK_START = /^\s?(?:[✦✕ℹ⚠✓✔x⊶?] |> )/u
/** With a popup of commands. */
const LONGEST_FOOTER = 20

export const geminiSegments: Segmenter = (rows) => {
  const frame = composerFrame(rows)
  if (frame === undefined) return withoutComposer(rows)
  const above = rows.slice(0, frame.top)
  const rule = above.findLastIndex((row) => RULE.test(row))
  // Between rule and composer stands only the row of modes.
  const statusEnd = rule !== -1 && above.length - rule <= 4 ? rule : above.length
  const head = above.slice(0, statusEnd)
  const transcript = head.slice(0, statusStart(head))
  return {
    composer: rows.slice(frame.top + 1, frame.bottom),
    composerAt: frame.top + 1,
    footer: rows.slice(frame.bottom + 1),
    status: head.slice(transcript.length),
    block: lastBlock(transcript),
    dialog: [],
    transcript,
  }
}

/** After the last blank row; of old versions at the spinner, whatever stands below it. */
function statusStart(head: readonly string[]): number {
  const spinner = head.findLastIndex((row) => OLD_SPINNER.test(row))
  if (spinner !== -1 && head.length - spinner <= OLD_STATUS_ROWS) return spinner
  return head.findLastIndex((row) => row.trim() === '') + 1
}

function composerFrame(rows: readonly string[]): Frame | undefined {
  const bottom = rows.findLastIndex((row) => EDGE.test(row) || BOX_BOTTOM.test(row))
  if (bottom === -1 || rows.length - bottom > LONGEST_FOOTER) return undefined
  const boxed = BOX_BOTTOM.test(rows[bottom] ?? '')
  const frame = boxed ? boxAbove(rows, bottom) : (edgesAbove(rows, bottom) ?? blankFrame(rows, bottom))
  if (frame === undefined) return undefined
  // The frame of a prompt in the conversation: an answer or a dialog follows.
  if (rows.slice(frame.bottom + 1).some((row) => BLOCK_START.test(row) || BOX_TOP.test(row))) return undefined
  return frame
}

interface Frame {
  readonly top: number
  readonly bottom: number
}

function boxAbove(rows: readonly string[], bottom: number): Frame | undefined {
  const top = rows.slice(0, bottom).findLastIndex((row) => BOX_TOP.test(row))
  if (top === -1 || !SIGN.test(rows[top + 1] ?? '')) return undefined
  // A picker whose title has the same sign: it ends with its keys, and marks what is selected.
  return rows.slice(top + 1, bottom).some((row) => PICKER.test(row)) ? undefined : { top, bottom }
}

/** Both edges of one kind, or `▄▄▄` with `▀▀▀`. In the conversation prompts have the same, but no rule above. */
function edgesAbove(rows: readonly string[], bottom: number): Frame | undefined {
  const thin = RULE.test(rows[bottom] ?? '')
  const top = rows
    .slice(0, bottom)
    .findLastIndex((row, i) => EDGE.test(row) && RULE.test(row) === thin && SIGN.test(rows[i + 1] ?? ''))
  return top === -1 || !hasRuleAbove(rows, top) ? undefined : { top, bottom }
}

/** Only the rule above its row of modes is drawn, and blank rows stand where the frame was. */
function blankFrame(rows: readonly string[], rule: number): Frame | undefined {
  if (!RULE.test(rows[rule] ?? '')) return undefined
  const sign = rows.findIndex((row, i) => i > rule && i <= rule + 5 && SIGN.test(row))
  if (sign === -1 || (rows[sign - 1] ?? '').trim() !== '') return undefined
  const footer = rows.findIndex((row, i) => i > sign && FOOTER.test(row))
  if (footer === -1) return undefined
  const gap = rows.slice(0, footer).findLastIndex((row) => row.trim() === '')
  return { top: sign - 1, bottom: gap > sign ? gap : footer - 1 }
}

function hasRuleAbove(rows: readonly string[], top: number): boolean {
  return rows.slice(Math.max(0, top - 5), top).some((row) => RULE.test(row))
}

/** The last message; the hint below an error belongs to the error. */
function lastBlock(rows: readonly string[]): readonly string[] {
  let start = rows.findLastIndex((row) => BLOCK_START.test(row))
  if (/^\s?ℹ/u.test(rows[start] ?? '')) {
    const before = rows.slice(0, start).findLastIndex((row) => BLOCK_START.test(row))
    if (/^\s?✕/u.test(rows[before] ?? '')) start = before
  }
  return start === -1 ? [] : rows.slice(start)
}

function withoutComposer(rows: readonly string[]): Segments {
  let start = rows.findLastIndex((row) => /^\s?╭/u.test(row))
  // A wide dialog that began above the screen.
  if (start === -1) start = rows.some((row) => /^\s?│/u.test(row)) ? 0 : rows.length
  return {
    ...NO_SEGMENTS,
    dialog: rows.slice(start),
    subject: subjectOf(rows.slice(start)),
    isDialogCut: start === 0 && !/^\s?╭/u.test(rows[0] ?? ''),
    transcript: rows.slice(0, start),
    block: lastBlock(rows.slice(0, start)),
  }
}

/** A command stands in a box of its own; of other tools the heading says what they do. */
function subjectOf(dialog: readonly string[]): readonly string[] {
  const head = dialog.findIndex((row) => /^\s?│ \? \S/u.test(row))
  if (head === -1) return []
  const inner = dialog.findIndex((row, i) => i > head && /^\s?│\s╭[─━]/u.test(row))
  const end = dialog.findIndex((row, i) => i > inner && /^\s?│\s╰[─━]/u.test(row))
  const isCommand = /^\s?│ \? Shell\b/u.test(dialog[head] ?? '')
  if (isCommand && inner !== -1 && end !== -1) return dialog.slice(inner + 1, end)
  return [(dialog[head] ?? '').replace(/^\s?│ \? /u, '')]
}
