/** The tables of workers: each worker with its time, and who may do what where. */
import type { MatrixRow, WorkerRow } from '../protocol/workers.js'
import { formatDuration } from '../time.js'
import { AGENT_LOOK, glyph, type Theme } from './glyphs.js'
import { span, type Line } from './spans.js'
import type { Column } from './table.js'

const quiet = (text: string | null): Line => (text === null || text === '' ? [] : [span(text, 'quiet')])
const time = (s: number): Line => (s === 0 ? [] : [span(formatDuration(s * 1000))])
const blocked = (s: number): Line => (s === 0 ? [] : [span(formatDuration(s * 1000), 'warn')])
const count = (n: number): Line => (n === 0 ? [] : [span(`${n}`)])

export function workerColumns(theme: Theme): Column<WorkerRow>[] {
  return [
    {
      id: 'worker',
      head: '  WORKER',
      rank: 1,
      min: 8,
      max: 30,
      cell: (row) => [glyph(AGENT_LOOK[row.state], theme), span(` ${row.id}`, 'strong')],
    },
    {
      id: 'state',
      head: 'STATE',
      rank: 2,
      cell: (row) => [span(AGENT_LOOK[row.state].word, AGENT_LOOK[row.state].tone)],
    },
    { id: 'task', head: 'TASK', rank: 4, max: 20, cell: (row) => quiet(row.task) },
    { id: 'role', head: 'ROLE', rank: 5, max: 14, cell: (row) => quiet(row.role) },
    { id: 'machine', head: 'MACHINE', rank: 7, max: 14, cell: (row) => quiet(row.machine) },
    { id: 'done', head: 'DONE', rank: 6, align: 'right', cell: (row) => count(row.completed) },
    { id: 'worked', head: 'WORKED', rank: 6, align: 'right', cell: (row) => time(row.worked_s) },
    { id: 'blocked', head: 'BLOCKED', rank: 3, align: 'right', cell: (row) => blocked(row.blocked_s) },
    { id: 'phases', head: 'PHASES', rank: 8, min: 6, max: 30, cell: (row) => quiet(row.phases.join(' ')) },
    { id: 'standby', head: 'STANDS BY FOR', rank: 9, max: 30, cell: (row) => quiet(row.standby.join(' ')) },
  ]
}

/** Roles, phases and machines. */
export function matrixColumns(): Column<MatrixRow>[] {
  return [
    {
      id: 'phase',
      head: 'PHASE',
      rank: 1,
      min: 5,
      max: 20,
      cell: (row) => [span(row.phase ?? '-', 'strong')],
    },
    { id: 'role', head: 'ROLE', rank: 2, max: 16, cell: (row) => [span(row.role ?? 'any')] },
    { id: 'machine', head: 'MACHINE', rank: 3, max: 14, cell: (row) => quiet(row.machine) },
    { id: 'workers', head: 'WORKERS', rank: 4, align: 'right', cell: (row) => count(row.workers) },
    { id: 'done', head: 'DONE', rank: 5, align: 'right', cell: (row) => count(row.completed) },
    { id: 'running', head: 'RUNNING', rank: 7, align: 'right', cell: (row) => count(row.in_progress) },
    { id: 'ready', head: 'READY', rank: 6, align: 'right', cell: (row) => count(row.ready) },
    { id: 'worked', head: 'WORKED', rank: 8, align: 'right', cell: (row) => time(row.worked_s) },
    { id: 'blocked', head: 'BLOCKED', rank: 5, align: 'right', cell: (row) => blocked(row.blocked_s) },
  ]
}
