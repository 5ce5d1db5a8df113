/** opencode sets its answers side by side and marks the selected one by its background only. */
import {
  answerDialog,
  answerOptions,
  type AnswerStep,
  type DialogOption,
} from '../../core/delivery/answer-dialog.js'
import { KEY } from '../../core/delivery/profile.js'
import { screenRows, trimScreen } from '../../core/status/fold.js'
import { opencodeSegments } from './segments.js'

const LABELS = ['Allow once', 'Allow always', 'Reject', 'Confirm', 'Cancel']

/** `rows` as `capture-pane -e` gives them; without colours it refuses, because the selection cannot be seen. */
export function answerOpencode(rows: readonly string[], answer: 'approve' | 'deny'): AnswerStep {
  const plain = trimScreen(screenRows(rows.join('\n')))
  const { dialog } = opencodeSegments(plain)
  if (dialog.length === 0) return { type: 'refuse', reason: 'no question stands on its screen' }
  const at = plain.findLastIndex((row) => /Allow once|Reject|Confirm {2,}Cancel/u.test(row))
  if (at === -1) return answerDialog(dialog, answer)
  const options = optionsOf(rows[at] ?? '')
  return answerOptions(options, answer, { forward: KEY.right, back: KEY.left })
}

/** The labels of one row in order; the one whose background is not that of the others is selected. */
function optionsOf(row: string): readonly DialogOption[] {
  const cells = cellsOf(row)
  const text = cells.map(({ char }) => char).join('')
  const found = LABELS.flatMap((label) => {
    const start = text.indexOf(label)
    return start === -1 ? [] : [{ label, start, background: cells[start]?.background ?? '' }]
  }).sort((a, b) => a.start - b.start)
  return found.map(({ label, background }) => ({
    label,
    selected:
      found.filter((other) => other.background === background).length === 1 && found.length > 2
        ? true
        : found.length === 2 && background !== (cells[text.search(/┃/u) + 1]?.background ?? ''),
  }))
}

function cellsOf(row: string): readonly { readonly char: string; readonly background: string }[] {
  const cells: { char: string; background: string }[] = []
  let background = ''
  for (const part of row.split(/(\x1b\[[0-9;:]*m)/)) {
    const codes = /^\x1b\[([0-9;:]*)m$/.exec(part)
    if (codes === null) {
      for (const char of part) cells.push({ char, background })
      continue
    }
    const list = (codes[1] ?? '').split(';')
    for (let i = 0; i < list.length; i += 1) {
      const code = Number(list[i])
      if (code === 48) {
        const length = list[i + 1] === '5' ? 3 : 5
        background = list.slice(i, i + length).join(';')
        i += length - 1
      } else if (code === 38) i += list[i + 1] === '5' ? 2 : 4
      else if (code === 0 || code === 49) background = ''
      else if (code === 7) background = 'reverse'
    }
  }
  return cells
}
