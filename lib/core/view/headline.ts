/** The top of every view: which session, how far, what runs, when it ends. */
import { needsYou } from '../protocol/needs-you.js'
import { formatDuration } from '../time.js'
import { bar, percent } from './bars.js'
import { dotOf, ellipsisOf, ENDED_BADLY, glyph, PHASE_LOOK, TASK_LOOK, type Theme } from './glyphs.js'
import { edges, joinFitting, line, lineWidth, span, type Line, type Tone } from './spans.js'
import type { StatusView } from './status-view.js'
import { formatAge, formatWhen } from './times.js'

/** `session  ▶ running                12m04s of ~25m` */
export function titleLine(view: StatusView, cols: number, theme: Theme): Line {
  const { doc } = view
  const { failed, blocked } = doc.summary
  const phase = doc.run.phase === 'finished' && failed + blocked > 0 ? ENDED_BADLY : PHASE_LOOK[doc.run.phase]
  const left = line(
    span(doc.session, 'strong'),
    '  ',
    glyph(phase, theme),
    span(` ${phase.word}`, phase.tone),
  )
  const right = [elapsedLine(view, true), elapsedLine(view, false)].find(
    (candidate) => lineWidth(left) + lineWidth(candidate) < cols,
  )
  return edges(left, right ?? [], cols, ellipsisOf(theme))
}

function elapsedLine({ elapsedMs, leftMs, waitsMs }: StatusView, withTotal: boolean): Line {
  if (elapsedMs === null) return []
  const so = span(formatDuration(Math.max(1000, elapsedMs)), 'strong')
  if (leftMs === null || waitsMs !== null || !withTotal) return [so]
  return [so, span(` of ~${formatDuration(Math.max(1000, elapsedMs + leftMs))}`, 'quiet')]
}

const LEAST_BAR = 4

/** `██████████░░░░░░  60%  9/15 tasks`; empty without tasks. */
export function progressLine(view: StatusView, cols: number, theme: Theme): Line {
  const { summary } = view.doc
  if (summary.tasks === 0) return []
  const share = `  ${percent(summary.progress).padStart(4)}`
  const count = `  ${summary.completed}/${summary.tasks}`
  const tails = [`${share}${count} tasks`, `${share}${count}`, share]
  const tail = tails.find(({ length }) => length + LEAST_BAR <= cols) ?? share
  const tone: Tone = summary.progress >= 1 ? 'good' : 'busy'
  return [
    ...bar(summary.progress, Math.max(LEAST_BAR, cols - tail.length), tone, theme),
    span(tail, 'strong'),
  ]
}

/** `4 working · 1 needs you · 9 idle · ends 13:42 (in 8m)`, as much as fits. */
export function countsLine(view: StatusView, cols: number, offsetMin: number, theme: Theme): Line {
  const { summary, agents } = view.doc
  const count = (number: number, word: string, tone: Tone): Line[] =>
    number === 0 ? [] : [line(span(`${number} ${word}`, tone))]
  const others = (state: 'exited' | 'unknown' | 'starting' | 'stopping' | 'quiet') =>
    agents.filter((a) => a.state === state).length
  const needs = needsYou(summary.attention)
  const parts = [
    ...count(needs, needs === 1 ? 'needs you' : 'need you', 'warn'),
    ...waitParts(view),
    ...count(summary.error, 'error', 'bad'),
    ...count(summary.working, 'working', 'busy'),
    ...endParts(view, offsetMin),
    ...count(summary.failed, 'failed', 'bad'),
    ...count(summary.blocked, 'blocked', 'bad'),
    ...count(summary.limited, 'limited', 'warn'),
    ...count(others('unknown'), 'unknown', 'warn'),
    ...count(others('starting'), 'starting', 'accent'),
    ...count(others('stopping'), 'stopping', 'accent'),
    ...count(summary.idle, 'idle', 'quiet'),
    ...count(others('quiet'), 'quiet', 'quiet'),
    ...count(others('exited'), 'exited', 'quiet'),
  ]
  return joinFitting(parts, cols, dotOf(theme))
}

/** `waves  ✓ 1/1  ● 2/8  · 0/4`; empty where there is one wave or none. */
export function wavesLine(view: StatusView, cols: number, theme: Theme): Line {
  if (view.waves.length < 2) return []
  const parts = view.waves.map(({ done, failed, tasks }): Line => {
    const isDone = tasks.every(({ row }) => row.status === 'COMPLETED' || row.status === 'CANCELLED')
    const isMoving = tasks.some(({ row }) => row.status === 'IN_PROGRESS' || row.status === 'READY')
    const status = failed > 0 ? 'FAILED' : isDone ? 'COMPLETED' : isMoving ? 'IN_PROGRESS' : 'PENDING'
    return [glyph(TASK_LOOK[status], theme), span(` ${done}/${tasks.length}`, TASK_LOOK[status].tone)]
  })
  const at = view.waves.findIndex(({ done, tasks }) => done < tasks.length)
  return [span('waves  ', 'head'), ...wavesAround(parts, Math.max(at, 0), cols - 7, theme)]
}

/** All of them, else those from `at` on, where it goes on; an ellipsis stands for the rest. */
function wavesAround(parts: readonly Line[], at: number, cols: number, theme: Theme): Line {
  const more = line(span(ellipsisOf(theme), 'quiet'))
  const gap = span('  ')
  const widthOf = (lines: readonly Line[]) => lines.reduce((sum, part) => sum + lineWidth(part) + 2, -2)
  for (let from = 0; from <= at; from += 1) {
    const rest = [...(from > 0 ? [more] : []), ...parts.slice(from)]
    if (widthOf(rest) <= cols) return joinFitting(rest, cols, gap)
  }
  const kept = [...(at > 0 ? [more] : []), ...parts.slice(at)]
  while (kept.length > 1 && widthOf([...kept, more]) > cols) kept.pop()
  return joinFitting([...kept, more], cols, gap)
}

function waitParts({ doc, waitsMs }: StatusView): Line[] {
  const isUnderWay = doc.run.phase === 'running' || doc.run.phase === 'paused'
  return isUnderWay && waitsMs !== null
    ? [line(span(`waits for you since ${formatAge(waitsMs)}`, 'warn'))]
    : []
}

function endParts({ doc, now, endsAt, leftMs, waitsMs }: StatusView, offsetMin: number): Line[] {
  const isEnded = doc.run.phase === 'finished' || leftMs === null
  // No estimate knows when a person comes.
  if (endsAt === null || (waitsMs !== null && !isEnded)) return []
  const clock = formatWhen(endsAt, now, offsetMin)
  if (isEnded) return [line(span(`ended ${clock}`, 'quiet'))]
  const left = leftMs < 1000 ? 'any moment' : `in ${formatDuration(leftMs)}`
  return [line(span('ends '), span(clock, 'strong'), span(` ${left}`, 'quiet'))]
}
