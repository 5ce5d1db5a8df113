/** An agent's answer as its screen shows it below the prompt: used where no hook and no transcript has it. */
import { trimScreen } from '../status/fold.js'

export interface Shown {
  readonly text: string
  /** The screen shows the prompt, and something below it. */
  readonly echoed: boolean
}

/** Rows of the conversation without the composer → the text since the prompt was last shown; all of it where it is not found. */
export function answerBelow(rows: readonly string[], prompt: string): Shown {
  const end = endOfPrompt(rows, squash(prompt))
  const text = textOf(rows.slice(end ?? afterLastSign(rows)))
  return { text, echoed: end !== null && text !== '' }
}

function textOf(rows: readonly string[]): string {
  const trimmed = trimScreen(rows)
  const first = trimmed.findIndex((row) => row.trim() !== '')
  return first === -1 ? '' : trimmed.slice(first).join('\n')
}

/** The row after the last echo of the whole prompt, which may go over several rows; null: it is not there. */
function endOfPrompt(rows: readonly string[], prompt: string): number | null {
  if (prompt === '') return null
  const squashed = rows.map(squash)
  let found: { readonly from: number; readonly end: number } | null = null
  for (let at = rows.length - 1; at >= 0; at--) {
    let shown = squashed[at] ?? ''
    const begins = startOf(shown, prompt)
    if (begins === -1) continue
    shown = shown.slice(begins)
    let last = at
    while (shown.length < prompt.length && prompt.startsWith(shown) && last + 1 < rows.length)
      shown += squashed[++last] ?? ''
    if (shown !== prompt) continue
    // An answer that is the prompt itself stands right below it, and nothing follows.
    if (found !== null) return last + 1 === found.from ? last + 1 : found.end
    found = { from: at, end: last + 1 }
    if (textOf(rows.slice(found.end)) !== '') return found.end
  }
  return found?.end ?? null
}

/** An echo has at most a sign before it and nothing after it: an answer that repeats the prompt in a sentence is not an echo. */
function startOf(row: string, prompt: string): number {
  for (let at = 0; at < row.length; at++)
    if (prompt.startsWith(row.slice(at)) || row.slice(at) === prompt)
      return isSign(row.slice(0, at)) ? at : -1
  return -1
}

/** `❯`, `>`, `$`, or what a shell shows before a command. */
function isSign(before: string): boolean {
  return before === '' || /[❯›>$#%!│|]$/u.test(before)
}

/** The row after the last prompt sign, for a prompt that is shown folded, as `[Pasted text #1]`. */
function afterLastSign(rows: readonly string[]): number {
  return rows.findLastIndex((row) => /^\s?[❯›>] \S/u.test(row)) + 1
}

/** Without white space: a screen breaks rows anywhere. */
function squash(text: string): string {
  return text.replace(/[\s\u00a0]+/gu, '')
}
