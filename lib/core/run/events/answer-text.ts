/** Who said yes or no, to what exactly, and by which choice. */
import { namePrincipal, type Principal } from '../../principal.js'
import { shortPromptId } from '../../status/prompt-id.js'

interface Answer {
  readonly approved: boolean
  readonly question: readonly string[]
  readonly by: Principal
  /** Of a prompt. */
  readonly rule?: string | null
  readonly option?: string | null
  /** Of a gate. */
  readonly criteria?: readonly number[] | null
  readonly revision?: string | null
  readonly reason?: string | null
}

export function answerText({
  approved,
  question,
  by,
  rule,
  option,
  criteria,
  revision,
  reason,
}: Answer): string {
  const asked = question.length === 0 ? '' : `: ${questionLine({ question })}`
  const said = `${approved ? 'approved' : 'denied'} by ${namePrincipal(by)}`
  const how = [
    rule == null ? '' : ` (auto_approve: ${rule})`,
    criteria == null ? '' : ` (criterion ${criteria.join(', ')})`,
    revision == null ? '' : ` (revision ${shortPromptId(revision)})`,
    reason == null ? '' : ` (${reason})`,
  ]
  return `${said}${how.join('')}${asked}${option == null ? '' : ` (${option})`}`
}

/** Of a dialog that fills a screen, in a table or on a line; the journal has all of it. */
const SHOWN = 1000

/** The question in one line. */
export function questionLine({ question }: { readonly question: readonly string[] }): string {
  const line = question
    .map((row) => row.trim())
    .filter((row) => row !== '')
    .join(' ')
  return line.length <= SHOWN ? line : `${line.slice(0, SHOWN - 1)}…`
}
