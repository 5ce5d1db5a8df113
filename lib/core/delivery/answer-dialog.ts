/**
 * Answers a permission dialog by what stands on the screen: reads the options and which one is selected, moves the
 * selection, looks again, and presses Enter only when the wanted option is the selected one. Never blind.
 */
import { bareRow } from '../status/fold.js'
import { KEY, type KeyBytes } from './profile.js'

export interface DialogOption {
  readonly label: string
  readonly selected: boolean
}

export type AnswerStep =
  /** Press, look again, ask again. */
  | { readonly type: 'move'; readonly keys: readonly KeyBytes[] }
  /** Press; the dialog then closes. */
  | { readonly type: 'confirm'; readonly keys: readonly KeyBytes[]; readonly option: string }
  | { readonly type: 'refuse'; readonly reason: string }

/** `❯ 1. Yes`, `  2. No`, `│ ● 1. Allow once │`: groups are margin, pointer, number, label. */
const NUMBERED = /^(\s*(?:[│┃|]\s?)?\s*)([❯›>●▶➤→○◯]?)\s*(\d+)[.)]\s+(\S.*)$/u
const POINTED = /^(\s*(?:[│┃|]\s?)?\s*)([❯›>●▶➤→]\s+)(\S.*)$/u

/** An option and where it stands. */
interface PlacedOption {
  readonly row: number
  /** Index of the mark that says which option is selected; null: there is none on this row. */
  readonly markAt: number | null
  readonly option: DialogOption
}

/** The options of the dialog on these rows, the last one if there are several; plain text. */
export function parseOptions(rows: readonly string[]): readonly DialogOption[] {
  return placedOptions(rows).map(({ option }) => option)
}

export function placedOptions(rows: readonly string[]): readonly PlacedOption[] {
  const numbered: (PlacedOption & { readonly number: number })[] = []
  for (const [row, text] of rows.entries()) {
    const [, margin = '', pointer = '', number = '', label = ''] = NUMBERED.exec(text) ?? []
    if (number === '') continue
    const selected = pointer !== '' && pointer !== '○' && pointer !== '◯'
    const markAt = pointer === '' ? null : margin.length
    numbered.push({ row, markAt, number: Number(number), option: { label: bareRow(label), selected } })
  }
  const first = numbered.findLastIndex(({ number }) => number === 1)
  return first !== -1 && numbered.length - first >= 2 ? numbered.slice(first) : pointedOptions(rows)
}

/** Without numbers: the row with the pointer, and the rows around it whose text begins in the same column. */
function pointedOptions(rows: readonly string[]): readonly PlacedOption[] {
  const at = rows.findLastIndex((row) => POINTED.test(row))
  const match = POINTED.exec(rows[at] ?? '')
  if (match === null) return []
  const markAt = (match[1] ?? '').length
  const column = markAt + (match[2] ?? '').length
  const label = (row: string | undefined) => {
    const text = row ?? ''
    return /^[\s│┃|]*$/u.test(text.slice(0, column)) && /\S/u.test(text.charAt(column))
      ? bareRow(text)
      : undefined
  }
  let start = at
  while (label(rows[start - 1]) !== undefined) start -= 1
  let end = at
  while (label(rows[end + 1]) !== undefined) end += 1
  return rows
    .slice(start, end + 1)
    .map((row, i) =>
      start + i === at
        ? { row: at, markAt, option: { label: bareRow(match[3] ?? ''), selected: true } }
        : { row: start + i, markAt: null, option: { label: bareRow(row), selected: false } },
    )
}

const YES =
  /^(?:yes\b|y\b|allow(?: once)?$|allow once\b|approve\b|accept\b|proceed\b|continue\b|trust\b|run\b|apply\b|i trust\b)/i
const LASTING = /always|don.?t ask|do not ask|this session|all (?:edits|commands)|auto|parent folder|for all/i
/** The no of Claude Code of 2025. */
const TELLS = /^tell claude what to do differently\b/i
const NO =
  /^(?:no\b|n\b|deny\b|reject\b|cancel\b|decline\b|don.?t\b|do not\b|exit\b|quit\b|back\b|stop\b|tell claude what to do differently\b)/i

/** The option that says yes for this one time, or no; undefined when the labels do not tell. */
export function chooseOption(
  options: readonly DialogOption[],
  answer: 'approve' | 'deny',
): number | undefined {
  const index = options.findIndex(({ label }) =>
    answer === 'deny' ? NO.test(label) : YES.test(label) && !LASTING.test(label),
  )
  return index === -1 ? undefined : index
}

export function answerDialog(rows: readonly string[], answer: 'approve' | 'deny'): AnswerStep {
  return answerOptions(parseOptions(rows), answer, { forward: KEY.down, back: KEY.up })
}

export function answerOptions(
  options: readonly DialogOption[],
  answer: 'approve' | 'deny',
  keys: { readonly forward: KeyBytes; readonly back: KeyBytes },
): AnswerStep {
  const wanted = chooseOption(options, answer)
  if (wanted === undefined) {
    return { type: 'refuse', reason: `no option of the question says ${answer === 'approve' ? 'yes' : 'no'}` }
  }
  const label = options[wanted]?.label ?? ''
  // There one types why not, and Enter without a word does nothing.
  if (TELLS.test(label)) return { type: 'confirm', keys: [KEY.escape], option: label }
  const selected = options.findIndex((option) => option.selected)
  if (selected === -1 || options.filter((option) => option.selected).length > 1) {
    return { type: 'refuse', reason: 'the question does not show which option is selected' }
  }
  if (wanted === selected) return { type: 'confirm', keys: [KEY.enter], option: label }
  const key = wanted > selected ? keys.forward : keys.back
  return { type: 'move', keys: Array.from({ length: Math.abs(wanted - selected) }, () => key) }
}
