/** The progress block: for each phase and for all one bar of 20 cells, `n/m` and a word; two lines each where it is narrow. */
import type { PhaseRow, StatusDocument } from '../protocol/status.js'
import { displayWidth } from '../text/display-width.js'
import { ellipsisOf, type Theme } from './glyphs.js'
import { edges, fitLine, lineWidth, shortenLine, span, type Line, type Tone } from './spans.js'

const CELLS = 20
/** Below this a phase takes two lines. */
const WIDE_COLS = 72

export const PHASE_WORD = {
  complete: 'complete',
  planning: 'planning',
  in_progress: 'in progress',
  waiting_for_gate: 'waiting for gate',
  not_started: 'not started',
} as const satisfies Record<PhaseRow['state'], string>

const PHASE_TONE = {
  complete: 'good',
  planning: 'accent',
  in_progress: 'busy',
  waiting_for_gate: 'warn',
  not_started: 'quiet',
} as const satisfies Record<PhaseRow['state'], Tone>

export type ProgressRow = Pick<PhaseRow, 'id' | 'title' | 'done' | 'total' | 'failed' | 'state'>

/** The phases in order, then all tasks of the run. */
export function progressRows({ phases, summary }: Pick<StatusDocument, 'phases' | 'summary'>): ProgressRow[] {
  if (phases.length === 0) return []
  const { completed: done, tasks: total, failed, blocked, in_progress } = summary
  const isOver = summary.progress === 1 && phases.every(({ state }) => state === 'complete')
  const isBegun = done > 0 || in_progress > 0 || phases.some(({ state }) => state !== 'not_started')
  const isWaiting = done === total && !isOver
  const state = isOver ? 'complete' : isWaiting ? 'waiting_for_gate' : isBegun ? 'in_progress' : 'not_started'
  return [...phases, { id: 'overall', title: null, done, total, failed: failed + blocked, state }]
}

export function progressBlock(rows: readonly ProgressRow[], cols: number, theme: Theme): Line[] {
  const counts = rows.map(({ done, total }) => `${done}/${total}`)
  const countCols = Math.max(...counts.map(displayWidth), 0)
  const isWide = cols >= WIDE_COLS
  const ellipsis = ellipsisOf(theme)
  const wordCols = Math.max(...rows.map((row) => lineWidth(wordOf(row))), 0)
  const right = CELLS + 2 + countCols + 2 + wordCols
  const nameCols = Math.min(
    Math.max(...rows.map((row) => lineWidth(nameOf(row))), 0),
    isWide ? cols - right - 2 : cols,
  )
  // On a phone the word stands beside the name: it says more than the end of a title.
  const hasRoom = right < cols
  return rows.flatMap((row, at) => {
    const bar: Line = [...barOf(row, theme), span(`  ${counts[at]!.padStart(countCols)}`)]
    const figures: Line = [...bar, span('  '), ...wordOf(row)]
    if (isWide) return [[...fitLine(nameOf(row), nameCols, ellipsis), span('  '), ...figures]]
    if (hasRoom) return [shortenLine(nameOf(row), cols, ellipsis), [span(' '), ...figures]]
    return [edges(nameOf(row), wordOf(row), cols, ellipsis), shortenLine([span(' '), ...bar], cols, ellipsis)]
  })
}

/** For documents, without colours. */
export function progressText(rows: readonly ProgressRow[], cols = 100): string {
  return progressBlock(rows, cols, { ascii: false })
    .map((line) =>
      line
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    )
    .join('\n')
}

function nameOf({ id, title }: ProgressRow): Line {
  return title === null ? [span(id, 'strong')] : [span(id, 'strong'), span(` ${title}`)]
}

function wordOf({ state, failed }: ProgressRow): Line {
  const word = span(PHASE_WORD[state], PHASE_TONE[state])
  return failed === 0 ? [word] : [word, span(`, ${failed} stuck`, 'bad')]
}

/** Full only when all is done, empty only when nothing is. */
function barOf({ done, total, state }: ProgressRow, { ascii }: Theme): Line {
  const part = total === 0 ? Number(state === 'complete') : done / total
  const cells = part >= 1 ? CELLS : Math.min(CELLS - 1, Math.max(done > 0 ? 1 : 0, Math.floor(part * CELLS)))
  const [full, empty] = ascii ? ['#', '.'] : ['█', '░']
  return [span(full.repeat(cells), PHASE_TONE[state]), span(empty.repeat(CELLS - cells), 'quiet')]
}
