/** What is pasted for a prompt: itself, or one line that names the file in which it stands. */
import { wrap } from '../text/wrap.js'
import type { DeliveryProfile } from './profile.js'
import { sanitizePrompt } from './sanitize-prompt.js'

export type DeliveryPlan =
  | { readonly kind: 'paste'; readonly text: string; readonly bytes: number }
  /** Write `content` to `path` (0600) on the agent's machine first, then deliver `text`. */
  | {
      readonly kind: 'file'
      readonly text: string
      readonly bytes: number
      readonly path: string
      readonly content: string
    }
  | { readonly kind: 'refused'; readonly reason: string }

/** Lines that frame: a composer that holds one cannot be told from its own border. */
const FRAMES = /^\s*[\u2500-\u259f]/mu

/**
 * `path`: absolute, on the agent's machine, used only for prompts that go by file.
 * `byFile`: the screen has no room for the text, or a file was named before the daemon was lost.
 */
export function planDelivery(
  profile: DeliveryProfile,
  prompt: string,
  path: string,
  byFile = false,
): DeliveryPlan {
  const text = sanitizePrompt(prompt)
  if (text.trim() === '') return { kind: 'refused', reason: 'the prompt is empty' }
  const bytes = utf8Length(text)
  // A program without a composer may be an interpreter: it would take a sentence about a file for its input.
  if (profile.confirm === 'none') {
    const problem = longLine(text, profile.lineBytes)
    return problem === null ? { kind: 'paste', text, bytes } : { kind: 'refused', reason: problem }
  }
  if (!byFile && bytes <= profile.fileAbove && !FRAMES.test(text)) return { kind: 'paste', text, bytes }
  const line = fileLine(path)
  return { kind: 'file', text: line, bytes: utf8Length(line), path, content: `${text}\n` }
}

/** What is pasted instead of a prompt that stands in a file. */
export function fileLine(path: string): string {
  return `Read the file ${path} and do what it says; it is your task.`
}

export interface ScreenSize {
  readonly cols: number
  readonly rows: number
}

/** Frame, hints and status lines around a composer. */
const AROUND_COMPOSER = 6
/** Prompt sign, frame and padding at both sides of a row. */
const BESIDE_TEXT = 6

/**
 * Can the whole text stand on a screen of this size, with what a CLI draws around its composer? A text that is taller
 * scrolls away, and nobody can see that it arrived.
 */
export function fitsScreen(text: string, { cols, rows }: ScreenSize): boolean {
  const room = Math.max(2, rows - AROUND_COMPOSER)
  let needed = 0
  for (const line of text.split('\n')) {
    needed += wrap(line.replaceAll('\t', '        '), Math.max(2, cols - BESIDE_TEXT)).length
    if (needed > room) return false
  }
  return true
}

/** Why a terminal cannot take the text line by line; null: it can. */
function longLine(text: string, limit: number | null): string | null {
  if (limit === null) return null
  const lines = text.split('\n')
  const index = lines.findIndex((line) => utf8Length(line) > limit)
  if (index === -1) return null
  const bytes = utf8Length(lines[index] ?? '')
  return `line ${index + 1} has ${bytes} bytes, and a terminal takes at most ${limit} in a line: break it, or write it into a file and send what to do with that`
}

export function utf8Length(text: string): number {
  let bytes = 0
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}
