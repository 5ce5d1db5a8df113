/** The queue as it moves: what runs, what comes next, what waits for what, what ended last. */
import { fix } from '../fixes.js'
import { attentionLines } from './attention-lines.js'
import { agentColumns, taskColumns } from './columns.js'
import { dotOf, ellipsisOf, glyph, TASK_LOOK, type Theme } from './glyphs.js'
import { joinFitting, shortenLine, span, type Line } from './spans.js'
import { compareIds, type StatusView, type TaskView } from './status-view.js'
import { headLine, planTable, rowLine } from './table.js'
import { millisOf } from './times.js'

interface Section {
  readonly title: string
  readonly tasks: readonly TaskView[]
  /** Least and most rows of tasks, as the screen allows. */
  readonly most: number
}

/** At most `rows` lines of at most `cols` columns; what needs a person first, as everywhere. */
export function queueLines(view: StatusView, cols: number, rows: number, theme: Theme): Line[] {
  const human = view.attention.filter(({ isHuman }) => isHuman)
  if (human.length === 0) return tasksLines(view, cols, rows, theme)
  const needs = attentionLines({ ...view, attention: human }, cols, theme, Math.max(1, Math.floor(rows / 6)))
  const top = [...needs.slice(0, Math.floor(rows / 2)), []]
  return [...top, ...tasksLines(view, cols, rows - top.length, theme)]
}

function tasksLines(view: StatusView, cols: number, rows: number, theme: Theme): Line[] {
  const tasks = view.waves.flatMap((wave) => wave.tasks)
  if (tasks.length === 0) return emptyLines(view, cols, theme)
  const inState = (...states: TaskView['row']['status'][]) =>
    tasks.filter(({ row }) => states.includes(row.status))
  const next = inState('READY').sort(
    (a, b) => a.row.priority - b.row.priority || compareIds(a.row.id, b.row.id),
  )
  const ended = inState('COMPLETED', 'FAILED', 'CANCELLED').sort(
    (a, b) => (millisOf(b.row.ended_at) ?? 0) - (millisOf(a.row.ended_at) ?? 0),
  )
  const sections: Section[] = [
    { title: 'STUCK', tasks: inState('BLOCKED'), most: 4 },
    { title: 'RUNNING', tasks: inState('IN_PROGRESS'), most: 12 },
    { title: 'NEXT', tasks: next, most: 8 },
    { title: 'LATER', tasks: inState('PENDING'), most: 8 },
    { title: 'ENDED', tasks: ended, most: 8 },
  ]
  const shown = sections.filter(({ tasks }) => tasks.length > 0)
  const plan = planTable(
    taskColumns(theme).filter(({ id }) => id !== 'status'),
    tasks,
    cols,
  )
  const rooms = share(shown, rows - shown.length * 2)
  return shown
    .flatMap(({ title, tasks }, index): Line[] => {
      const room = rooms[index] ?? 0
      const hidden = tasks.length - room
      const more: Line = hidden > 0 ? [span(`  ${hidden} more`, 'quiet')] : []
      return [
        ...(index > 0 ? [[]] : [headLine(plan)]),
        [span(`${title} ${tasks.length}`, 'strong'), ...more],
        ...tasks.slice(0, room).map((task) => rowLine(plan, task, theme)),
      ]
    })
    .slice(0, rows)
    .map((row) => shortenLine(row, cols, ellipsisOf(theme)))
}

/** Rows for each section: everybody gets up to its most, from the top; what is left goes round again. */
function share(sections: readonly Section[], rows: number): number[] {
  const rooms = sections.map(() => 0)
  let left = rows
  for (const limit of ['least', 'most', 'all'] as const) {
    for (const [index, { tasks, most }] of sections.entries()) {
      const wanted = limit === 'least' ? 1 : limit === 'most' ? most : tasks.length
      const more = Math.max(0, Math.min(left, Math.min(wanted, tasks.length) - (rooms[index] ?? 0)))
      rooms[index] = (rooms[index] ?? 0) + more
      left -= more
    }
  }
  return rooms
}

function emptyLines(view: StatusView, cols: number, theme: Theme): Line[] {
  const plan = planTable(agentColumns(theme), view.agents, cols)
  const agents = view.agents.slice(0, 20).map((agent) => rowLine(plan, agent, theme))
  return [
    [glyph(TASK_LOOK.PENDING, theme), span(' no tasks yet: '), span(fix('task.submit'), 'accent')],
    [],
    ...agents,
    ...(view.agents.length > 20
      ? [joinFitting([[span(`${view.agents.length} agents`)]], cols, dotOf(theme))]
      : []),
  ].map((row) => shortenLine(row, cols, ellipsisOf(theme)))
}
