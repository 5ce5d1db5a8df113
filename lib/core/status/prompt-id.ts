/** Which question it is: the fingerprint that a person's answer, or the layout's, is bound to. */
import { placedOptions } from '../delivery/answer-dialog.js'
import { sha256 } from '../text/sha256.js'

/** What stands in one cell and turns; never a sign of a command. */
const SPINNER = '[\\u2800-\\u28ff◐◑◒◓◴◵◶◷✢✳✶✻✽✺∗⬝■]'
const SPINNER_AT_EDGE = new RegExp(`^(\\s*)${SPINNER}(?=\\s|$)|(?<=\\s)${SPINNER}$`, 'u')
/** So many digits of the fingerprint are enough to name it: 128 bits. */
const SHORT = 32

/**
 * SHA-256 over the rows of a dialog as they stand there. Only this is taken out: spinner cells and padding at the edges of
 * rows, the mark of the selected option, and, below the options, rows that match `chrome` as a whole (hints whose words
 * depend on the selected option, clocks). Whatever else changes on the screen makes another question, its width too.
 *
 * @returns 64 hex digits.
 */
export function promptId(rows: readonly string[], chrome: readonly RegExp[] = []): string {
  return sha256(questionRows(rows, chrome).join('\n'))
}

/** The rows that the fingerprint is made of. */
export function questionRows(rows: readonly string[], chrome: readonly RegExp[]): readonly string[] {
  const options = placedOptions(rows)
  const marks = new Map(options.map(({ row, markAt }) => [row, markAt]))
  const below = options.at(-1)?.row ?? rows.length
  const kept = rows.flatMap((row, i) => {
    if (i > below && chrome.some((pattern) => pattern.test(row.trim()))) return []
    return [
      withoutMark(row, marks.get(i) ?? null)
        .trimEnd()
        .replace(SPINNER_AT_EDGE, '$1 ')
        .trimEnd(),
    ]
  })
  return withoutPadding(kept)
}

/** Does this name the prompt `current`? By all of the digits, or as many as `shortPromptId` prints. */
export function isPrompt(named: string, current: string): boolean {
  return named === current || (named.length >= SHORT && current.startsWith(named))
}

/** What fits into a command on a narrow screen. */
export function shortPromptId(id: string): string {
  return id.slice(0, SHORT)
}

function withoutMark(row: string, at: number | null): string {
  return at === null ? row : `${row.slice(0, at)} ${row.slice(at + 1)}`
}

/** Without blank rows around, and moved to the left margin: indentation within the dialog stays. */
function withoutPadding(rows: readonly string[]): readonly string[] {
  const filled = rows.filter((row) => row !== '')
  const margin = Math.min(...filled.map((row) => row.length - row.trimStart().length))
  const first = rows.findIndex((row) => row !== '')
  return rows
    .slice(Math.max(0, first), rows.findLastIndex((row) => row !== '') + 1)
    .map((row) => row.slice(margin))
}
