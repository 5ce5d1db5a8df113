import type { MergeRow } from '../protocol/merges.js'
import { dotOf, ellipsisOf, glyph, TASK_LOOK, type Look, type Theme } from './glyphs.js'
import { joinFitting, shortenLine, span, type Line } from './spans.js'

const MERGE_LOOK = {
  idle: { ...TASK_LOOK.COMPLETED, word: 'idle' },
  waiting: { ...TASK_LOOK.READY, word: 'waiting' },
  verifying: { ...TASK_LOOK.IN_PROGRESS, word: 'verifying' },
  landing: { ...TASK_LOOK.IN_PROGRESS, word: 'landing' },
  held: { ...TASK_LOOK.BLOCKED, word: 'held' },
} as const satisfies Record<MergeRow['state'], Look>

/** Of a view that has more to show. */
const MOST = 3

/**
 * A line for each queue that had something to land, `● app → main verifying menu, header · 2 wait · 3 landed`; below it the branches
 * that are offered or that an agent makes fit. What needs a person stands with all that does.
 */
export function mergeLines(rows: readonly MergeRow[], cols: number, theme: Theme): Line[] {
  return rows
    .flatMap((row) => queueLines(row, cols, theme))
    .map((line) => shortenLine(line, cols, ellipsisOf(theme)))
}

function queueLines(row: MergeRow, cols: number, theme: Theme): Line[] {
  const { batch, queued, landed, offered, problems, state } = row
  const total = batch.length + queued.length + landed.length + offered.length + problems.length
  if (total === 0 && row.reason === null) return []
  const look = MERGE_LOOK[state]
  const head: Line = [
    glyph(look, theme),
    span(` ${row.id}`, 'strong'),
    span(` ${theme.ascii ? '->' : '→'} ${row.into} `, 'quiet'),
    span(look.word, look.tone),
    span(batch.length === 0 ? '' : ` ${batch.join(', ')}`),
  ]
  const stuck = problems.filter(({ resolver }) => resolver === null).length
  const counts = [
    counted(queued.length, 'wait', 'plain'),
    counted(landed.length, 'landed', 'good'),
    counted(offered.length, 'offered', 'good'),
    counted(stuck, 'not landed', 'bad'),
  ].filter((line) => line.length > 0)
  const resolving = problems.flatMap(({ task, files, resolver }) =>
    resolver === null
      ? []
      : [[span(`  ${task}`, 'strong'), span(` conflicts in ${files.join(', ')}: ${resolver} resolves it`)]],
  )
  const requests = [
    ...new Set(
      offered.map(({ url, reason }) => url ?? (reason === null ? 'a pull request is asked for' : '')),
    ),
  ]
    .filter((text) => text !== '')
    .map((text): Line => [span(`  ${text}`)])
  const below = [...resolving, ...requests]
  const rest: Line[] = below.length > MOST ? [[span(`  and ${below.length - MOST} more`, 'quiet')]] : []
  const first = shortenLine(head, cols, ellipsisOf(theme))
  return [joinFitting([first, ...counts], cols, dotOf(theme)), ...below.slice(0, MOST), ...rest]
}

function counted(count: number, word: string, tone: Line[number]['tone']): Line {
  return count === 0 ? [] : [span(`${count} ${word}`, tone)]
}
