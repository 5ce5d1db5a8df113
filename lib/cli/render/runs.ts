import type { RunRow } from '../../core/protocol/api.js'
import { formatDuration } from '../../core/time.js'
import { line, span } from '../../core/view/spans.js'
import type { Column } from '../../core/view/table.js'
import { formatAge, millisOf } from '../../core/view/times.js'
import type { RenderOptions } from './options.js'
import { renderTable } from './tables.js'

/** The newest first. */
export function renderRuns(rows: readonly RunRow[], options: RenderOptions, empty: string): string {
  return renderTable(columns(options.now), rows.toReversed(), options, empty)
}

function columns(now: number): Column<RunRow>[] {
  return [
    {
      id: 'run',
      head: 'RUN',
      rank: 1,
      align: 'right',
      cell: ({ number }) => line(span(String(number), 'strong')),
    },
    {
      id: 'state',
      head: 'STATE',
      rank: 2,
      cell: ({ state }) => line(span(state, state === 'left' ? 'quiet' : 'plain')),
    },
    {
      id: 'done',
      head: 'COMPLETED',
      rank: 3,
      align: 'right',
      cell: ({ completed, tasks }) => line(`${completed}/${tasks}`),
    },
    {
      id: 'bad',
      head: 'FAILED',
      rank: 4,
      align: 'right',
      cell: ({ failed, blocked }) =>
        failed + blocked === 0 ? [] : line(span(String(failed + blocked), 'bad')),
    },
    {
      id: 'took',
      head: 'TOOK',
      rank: 5,
      align: 'right',
      cell: ({ duration_s: s }) => line(formatDuration(s * 1000)),
    },
    {
      id: 'began',
      head: 'BEGAN',
      rank: 6,
      align: 'right',
      cell: ({ started_at }) => line(span(`${formatAge(now - (millisOf(started_at) ?? now))} ago`, 'quiet')),
    },
    { id: 'from', head: 'FROM', rank: 7, cell: ({ from }) => (from === null ? [] : line(from)) },
  ]
}
