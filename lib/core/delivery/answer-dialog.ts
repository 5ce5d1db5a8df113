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

/** `❯ 1. Yes`, `› 2. No, exit`, `● 1. Allow once`, `> Trust folder`: one option a row, the selected one marked. */
const POINTED = /^\s*[│┃|]?\s*([❯›>●▶➤→])\s*(?:(\d+)[.)]\s+)?(\S.*)$/u
const NUMBERED = /^\s*[│┃|]?\s*[○◯]?\s*(\d+)[.)]\s+(\S.*)$/u

export function parseOptions(rows: readonly string[]): readonly DialogOption[] {
  const options: DialogOption[] = []
  let numbered = false
  for (const row of rows) {
    const pointed = POINTED.exec(row)
    const other = NUMBERED.exec(row)
    if (pointed !== null && (pointed[2] !== undefined || !numbered)) {
      numbered ||= pointed[2] !== undefined
      options.push({ label: label(pointed[3]), selected: true })
    } else if (other !== null) {
      numbered = true
      options.push({ label: label(other[2]), selected: false })
    }
  }
  return options
}

function label(text: string | undefined): string {
  return bareRow(text ?? '')
}

const YES =
  /^(?:yes\b|y\b|allow(?: once)?$|allow once\b|approve\b|accept\b|proceed\b|continue\b|trust\b|run\b|apply\b)/i
const LASTING = /always|don.?t ask|do not ask|this session|all (?:edits|commands)|auto|parent folder|for all/i
const NO = /^(?:no\b|n\b|deny\b|reject\b|cancel\b|decline\b|don.?t\b|do not\b|exit\b|quit\b)/i

/** The option that says yes for this one time, or no; undefined when the labels do not tell. */
export function chooseOption(
  options: readonly DialogOption[],
  answer: 'approve' | 'deny',
): number | undefined {
  if (answer === 'deny') return found(options.findIndex((option) => NO.test(option.label)))
  const once = options.findIndex((option) => YES.test(option.label) && !LASTING.test(option.label))
  return found(once)
}

function found(index: number): number | undefined {
  return index === -1 ? undefined : index
}

export function answerDialog(rows: readonly string[], answer: 'approve' | 'deny'): AnswerStep {
  const options = parseOptions(rows)
  const wanted = chooseOption(options, answer)
  const selected = options.findIndex((option) => option.selected)
  if (wanted === undefined)
    return { type: 'refuse', reason: `no option of the question says ${answer === 'approve' ? 'yes' : 'no'}` }
  if (selected === -1 || options.filter((option) => option.selected).length > 1) {
    return { type: 'refuse', reason: 'the question does not show which option is selected' }
  }
  const option = options[wanted]?.label ?? ''
  if (wanted === selected) return { type: 'confirm', keys: [KEY.enter], option }
  const key = wanted > selected ? KEY.down : KEY.up
  return { type: 'move', keys: Array.from({ length: Math.abs(wanted - selected) }, () => key) }
}
