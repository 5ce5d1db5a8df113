/** The columns of agents, machines and tasks, for the tables of the CLI and the panels of the monitor alike. */
import type { MachineRow } from '../protocol/status.js'
import { formatDuration } from '../time.js'
import { bar, percent } from './bars.js'
import { AGENT_LOOK, glyph, MACHINE_LOOK, TASK_LOOK, type Theme } from './glyphs.js'
import { line, span, type Line } from './spans.js'
import type { AgentView, MachineView, TaskView } from './status-view.js'
import type { Column } from './table.js'
import { formatAge } from './times.js'

const NONE: Line = []
const BAR_COLS = 8

export function agentColumns(theme: Theme): Column<AgentView>[] {
  return [
    {
      id: 'agent',
      head: '  AGENT',
      rank: 1,
      min: 10,
      want: 16,
      max: 30,
      cell: ({ row }) => [
        glyph(AGENT_LOOK[row.state], theme),
        span(` ${row.id}`, 'strong'),
        span(row.label === null ? '' : ` ${row.label}`, 'plain'),
      ],
    },
    { id: 'state', head: 'STATE', rank: 2, cell: stateCell },
    { id: 'task', head: 'TASK', rank: 3, min: 7, want: 16, max: 48, cell: taskOfAgent },
    ...progressColumns<AgentView>(theme, ({ row }) => (row.state === 'working' ? row.progress : null)),
    {
      id: 'age',
      head: 'SEEN',
      rank: 5,
      align: 'right',
      cell: ({ ageMs, isStale }) =>
        ageMs === null ? NONE : line(span(formatAge(ageMs), isStale ? 'warn' : 'quiet')),
    },
    { id: 'machine', head: 'MACHINE', rank: 5, max: 12, cell: ({ row }) => quiet(row.machine) },
    { id: 'type', head: 'TYPE', rank: 8, max: 10, cell: ({ row }) => quiet(row.type) },
    { id: 'version', head: 'VERSION', rank: 11, max: 12, cell: ({ row }) => quiet(row.version) },
    { id: 'role', head: 'ROLE', rank: 9, max: 12, cell: ({ row }) => quiet(row.role) },
    { id: 'window', head: 'WINDOW', rank: 10, max: 16, cell: ({ row }) => quiet(row.window) },
    { id: 'note', head: 'NOTE', rank: 7, min: 14, want: 28, max: 90, cell: noteOfAgent },
  ]
}

/** A question mark where the state is what was known last. */
function stateCell({ row, isStale }: AgentView): Line {
  const { word, tone } = AGENT_LOOK[row.state]
  return isStale ? line(span(`${word}?`, 'warn')) : line(span(word, tone))
}

function taskOfAgent({ row, task }: AgentView): Line {
  if (row.task === null) return row.queued > 0 ? line(span(`+${row.queued} queued`, 'quiet')) : NONE
  return task === null ? line(row.task) : line(row.task, span(` ${task.title}`, 'quiet'))
}

function noteOfAgent({ row }: AgentView): Line {
  const note = row.text ?? row.reason
  if (note === null) return NONE
  const { tone } = AGENT_LOOK[row.state]
  return line(span(note, row.state === 'working' || tone === 'quiet' ? 'quiet' : tone))
}

/** The bar is a luxury; the figure stays when it leaves. */
function progressColumns<Row>(theme: Theme, ratioOf: (row: Row) => number | null): Column<Row>[] {
  return [
    {
      id: 'bar',
      head: '',
      rank: 6,
      cell: (row) => {
        const ratio = ratioOf(row)
        return ratio === null ? NONE : bar(ratio, BAR_COLS, 'busy', theme)
      },
    },
    {
      id: 'progress',
      head: 'DONE',
      rank: 4,
      align: 'right',
      cell: (row) => {
        const ratio = ratioOf(row)
        return ratio === null ? NONE : line(percent(ratio))
      },
    },
  ]
}

function quiet(text: string | null): Line {
  return text === null || text === '' ? NONE : line(span(text, 'quiet'))
}

export function machineColumns(theme: Theme): Column<MachineView>[] {
  const arrows = theme.ascii ? (['^', 'v', '+'] as const) : (['↑', '↓', '±'] as const)
  return [
    {
      id: 'layer',
      head: '',
      rank: 3,
      max: 6,
      cell: ({ layer, isFirst }) => (isFirst ? line(span(layer.id, 'accent')) : NONE),
    },
    {
      id: 'layer_name',
      head: 'LAYER',
      rank: 10,
      max: 16,
      cell: ({ layer, isFirst }) => (isFirst ? quiet(layer.name) : NONE),
    },
    {
      id: 'machine',
      head: '  MACHINE',
      rank: 1,
      min: 10,
      want: 20,
      max: 24,
      cell: ({ row }) => [
        glyph(MACHINE_LOOK[row.state], theme),
        span(` ${row.id}`, row.state === 'unknown' ? 'quiet' : 'strong'),
        span(row.label === null ? '' : ` ${row.label}`, 'quiet'),
      ],
    },
    { id: 'code', head: 'CODE', rank: 12, max: 4, cell: ({ row }) => quiet(row.code) },
    {
      id: 'state',
      head: 'STATE',
      rank: 2,
      cell: ({ row }) => line(span(MACHINE_LOOK[row.state].word, MACHINE_LOOK[row.state].tone)),
    },
    {
      id: 'agents',
      head: 'AGENTS',
      rank: 5,
      align: 'right',
      cell: ({ row }) => {
        const foreign = (row.agent_processes ?? 0) - row.agents
        return row.agents === 0 && foreign <= 0
          ? NONE
          : line(`${row.agents}`, span(foreign > 0 ? `+${foreign}` : '', 'quiet'))
      },
    },
    { id: 'rtt', head: 'RTT', rank: 5, align: 'right', cell: ({ row }) => rttCell(row.rtt_ms) },
    { id: 'load', head: 'LOAD', rank: 4, align: 'right', cell: loadCell },
    {
      id: 'memory',
      head: 'MEM',
      rank: 6,
      align: 'right',
      cell: ({ row }) => lastKnown(row, usedCell(row.memory)),
    },
    {
      id: 'disk',
      head: 'DISK',
      rank: 7,
      align: 'right',
      cell: ({ row }) => lastKnown(row, usedCell(row.disk)),
    },
    {
      id: 'git',
      head: 'GIT',
      rank: 8,
      min: 8,
      want: 16,
      max: 32,
      cell: ({ row }) =>
        row.git === null
          ? NONE
          : lastKnown(
              row,
              line(
                row.git.branch,
                span(row.git.dirty > 0 ? ` ${arrows[2]}${row.git.dirty}` : '', 'warn'),
                span(row.git.ahead > 0 ? ` ${arrows[0]}${row.git.ahead}` : '', 'accent'),
                span(row.git.behind > 0 ? ` ${arrows[1]}${row.git.behind}` : '', 'accent'),
              ),
            ),
    },
    {
      id: 'tmux',
      head: 'TMUX',
      rank: 11,
      max: 8,
      cell: ({ row }) => quiet(row.tmux?.replace(/^tmux /, '') ?? null),
    },
    {
      id: 'note',
      head: 'NOTE',
      rank: 9,
      min: 12,
      want: 30,
      max: 90,
      cell: ({ row }) => {
        // Why it is away says more than what was wrong before.
        const note = isKnownNow(row)
          ? (row.problems[0] ?? row.reason)
          : (row.reason ?? row.problems[0] ?? null)
        const more = row.problems.length > 1 ? ` (+${row.problems.length - 1})` : ''
        const isFirstTry = row.state === 'unknown' && (row.kind === 'local' || row.kind === 'ssh')
        if (note === null && isFirstTry) return quiet('connecting')
        const tone = row.state === 'offline' ? 'bad' : row.problems.length > 0 ? 'warn' : 'quiet'
        return note === null ? NONE : line(span(note + more, tone))
      },
    },
  ]
}

function rttCell(ms: number | null): Line {
  if (ms === null) return NONE
  const text = ms < 10 ? `${Math.round(ms * 10) / 10}ms` : `${Math.round(ms)}ms`
  return line(span(text, ms > 300 ? 'warn' : 'quiet'))
}

function isKnownNow({ state }: MachineRow): boolean {
  return state === 'online' || state === 'degraded'
}

/** A question mark where it is what was known last. */
function lastKnown(row: MachineRow, cell: Line): Line {
  if (cell.length === 0 || isKnownNow(row)) return cell
  return line(span(`${cell.map(({ text }) => text).join('')}?`, 'warn'))
}

function loadCell({ row }: MachineView): Line {
  if (row.load1 === null) return NONE
  const ratio = row.cores === null || row.cores === 0 ? 0 : row.load1 / row.cores
  const tone = ratio > 1.5 ? 'bad' : ratio > 1 ? 'warn' : 'plain'
  const cell = line(
    span(row.load1.toFixed(1), tone),
    span(row.cores === null || row.cores === 0 ? '' : `/${row.cores}`, 'quiet'),
  )
  return lastKnown(row, cell)
}

function usedCell(ratio: number | null): Line {
  if (ratio === null) return NONE
  return line(span(percent(ratio), ratio > 0.95 ? 'bad' : ratio > 0.85 ? 'warn' : 'plain'))
}

export function taskColumns(theme: Theme): Column<TaskView>[] {
  return [
    {
      id: 'wave',
      head: 'W',
      rank: 3,
      align: 'right',
      cell: ({ row }) => line(span(`${row.wave}`, 'accent')),
    },
    {
      id: 'task',
      head: '  TASK',
      rank: 1,
      min: 10,
      max: 26,
      cell: ({ row }) => [glyph(TASK_LOOK[row.status], theme), span(` ${row.id}`, 'strong')],
    },
    { id: 'title', head: 'TITLE', rank: 3, min: 8, want: 26, max: 60, cell: titleCell },
    {
      id: 'status',
      head: 'STATUS',
      rank: 2,
      cell: ({ row }) => line(span(TASK_LOOK[row.status].word, TASK_LOOK[row.status].tone)),
    },
    ...progressColumns<TaskView>(theme, ({ row }) => (row.status === 'IN_PROGRESS' ? row.progress : null)),
    { id: 'agent', head: 'AGENT', rank: 4, max: 12, cell: ({ row }) => quiet(row.agent) },
    { id: 'time', head: 'TIME', rank: 5, align: 'right', cell: timeCell },
    {
      id: 'attempt',
      head: 'TRY',
      rank: 9,
      align: 'right',
      cell: ({ row }) => (row.attempt > 1 ? line(span(`${row.attempt}`, 'warn')) : quiet(triesOf(row))),
    },
    {
      id: 'needs',
      head: 'NEEDS',
      rank: 10,
      min: 8,
      want: 16,
      max: 30,
      cell: ({ row }) => quiet(row.needs.join(' ')),
    },
    { id: 'machine', head: 'MACHINE', rank: 11, max: 12, cell: ({ row }) => quiet(row.machine) },
    { id: 'note', head: 'NOTE', rank: 7, min: 14, want: 28, max: 90, cell: noteOfTask },
  ]
}

function titleCell({ row }: TaskView): Line {
  const isOver = row.status === 'COMPLETED' || row.status === 'CANCELLED' || row.status === 'PENDING'
  return line(span(row.title, isOver ? 'quiet' : 'plain'))
}

function triesOf(row: TaskView['row']): string {
  return row.attempt === 0 ? '' : `${row.attempt}`
}

/** Time spent; before that the estimate. */
function timeCell({ row, spentMs }: TaskView): Line {
  if (spentMs !== null) {
    const isLate = row.status === 'IN_PROGRESS' && spentMs > row.estimated_time * 2000
    return line(
      span(
        formatDuration(Math.max(1000, spentMs)),
        isLate ? 'warn' : row.ended_at === null ? 'plain' : 'quiet',
      ),
    )
  }
  return row.estimated_time > 0 ? quiet(`~${formatAge(row.estimated_time * 1000)}`) : NONE
}

function noteOfTask({ row }: TaskView): Line {
  if (row.reason !== null) return line(span(row.reason, TASK_LOOK[row.status].tone))
  return row.status === 'COMPLETED' ? quiet(row.proof) : NONE
}
