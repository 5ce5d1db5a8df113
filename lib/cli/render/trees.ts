import type { SavedRow, SlotRow } from '../../core/protocol/trees.js'
import { formatDuration } from '../../core/time.js'
import { span, type Line } from '../../core/view/spans.js'
import type { Column } from '../../core/view/table.js'
import type { RenderOptions } from './options.js'
import { renderTable } from './tables.js'

const quiet = (text: string | null): Line => (text === null || text === '' ? [] : [span(text, 'quiet')])

export function renderSlots(rows: readonly SlotRow[], options: RenderOptions): string {
  const columns: Column<SlotRow>[] = [
    // Whole: a person copies it.
    { id: 'slot', head: 'SLOT', rank: 1, cell: (row) => [span(row.id, 'strong')] },
    {
      id: 'state',
      head: 'STATE',
      rank: 2,
      cell: (row) => [
        span(row.state, row.state === 'stuck' ? 'warn' : row.state === 'free' ? 'quiet' : 'good'),
      ],
    },
    { id: 'task', head: 'FOR', rank: 3, max: 24, cell: (row) => [span(row.task ?? row.holder ?? '')] },
    { id: 'branch', head: 'BRANCH', rank: 5, max: 40, cell: (row) => quiet(row.branch) },
    { id: 'base', head: 'BASE', rank: 6, cell: (row) => quiet(row.base?.slice(0, 8) ?? null) },
    {
      id: 'age',
      head: 'AGE',
      rank: 6,
      align: 'right',
      cell: (row) => quiet(ageOf(row.base_at, options.now)),
    },
    {
      id: 'ports',
      head: 'PORTS',
      rank: 8,
      max: 24,
      cell: (row) =>
        quiet(
          Object.entries(row.ports)
            .map(([name, port]) => `${name}=${port}`)
            .join(' '),
        ),
    },
    { id: 'reason', head: 'WHY', rank: 7, max: 60, cell: (row) => quiet(row.reason) },
  ]
  return renderTable(columns, rows, options, 'no worktrees stand')
}

export function renderSaved(rows: readonly SavedRow[], options: RenderOptions): string {
  const columns: Column<SavedRow>[] = [
    { id: 'ref', head: 'REF', rank: 1, cell: (row) => [span(row.ref, 'strong')] },
    { id: 'files', head: 'FILES', rank: 2, align: 'right', cell: (row) => [span(`${row.files}`)] },
    { id: 'task', head: 'TASK', rank: 3, max: 20, cell: (row) => quiet(row.task) },
    { id: 'machine', head: 'MACHINE', rank: 4, max: 14, cell: (row) => quiet(row.machine) },
    { id: 'age', head: 'AGE', rank: 5, align: 'right', cell: (row) => quiet(ageOf(row.at, options.now)) },
    { id: 'why', head: 'WHY', rank: 6, max: 40, cell: (row) => quiet(row.why) },
  ]
  return renderTable(columns, rows, options, 'nothing is saved')
}

function ageOf(at: string | null, now: number): string | null {
  return at === null ? null : formatDuration(Math.max(0, Math.round((now - Date.parse(at)) / 1000) * 1000))
}
