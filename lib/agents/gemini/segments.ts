/**
 * Gemini CLI prints downwards on the main screen. At the bottom: a status row, a rule, a row of modes, the composer
 * between `▄▄▄` and `▀▀▀` (older: in a box), a footer. Prompts in the conversation stand in the same `▄▄▄` frame. A
 * dialog is a box, and then there is no composer.
 */
import { NO_SEGMENTS, type Segmenter, type Segments } from '../../core/status/segment.js'

const TOP = /^\s*▄{8,}\s*$/u
const BOTTOM = /^\s*▀{8,}\s*$/u
const RULE = /^\s*[─━]{8,}\s*$/u
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
  const gap = head.findLastIndex((row) => row.trim() === '')
  const transcript = head.slice(0, gap + 1)
  return {
    composer: rows.slice(frame.top + 1, frame.bottom),
    composerAt: frame.top + 1,
    footer: rows.slice(frame.bottom + 1),
    status: head.slice(gap + 1),
    block: lastBlock(transcript),
    dialog: [],
    transcript,
  }
}

function composerFrame(
  rows: readonly string[],
): { readonly top: number; readonly bottom: number } | undefined {
  const bottom = rows.findLastIndex((row) => BOTTOM.test(row) || BOX_BOTTOM.test(row))
  if (bottom === -1 || rows.length - bottom > LONGEST_FOOTER) return undefined
  const boxed = BOX_BOTTOM.test(rows[bottom] ?? '')
  const top = rows.slice(0, bottom).findLastIndex((row) => (boxed ? BOX_TOP : TOP).test(row))
  if (top === -1 || !SIGN.test(rows[top + 1] ?? '')) return undefined
  // A picker whose title has the same sign: it ends with its keys, and marks what is selected.
  if (boxed && rows.slice(top + 1, bottom).some((row) => PICKER.test(row))) return undefined
  // The frame of a prompt in the conversation: an answer or a dialog follows.
  if (rows.slice(bottom + 1).some((row) => BLOCK_START.test(row) || BOX_TOP.test(row))) return undefined
  // In the conversation prompts stand in the same frame, but no rule above them.
  if (!boxed && !rows.slice(Math.max(0, top - 5), top).some((row) => RULE.test(row))) return undefined
  return { top, bottom }
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
