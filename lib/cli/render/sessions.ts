import type { StatusDocument } from '../../core/protocol/status.js'
import { fix } from '../../core/fixes.js'
import { line, span } from '../../core/view/spans.js'
import type { Column } from '../../core/view/table.js'
import type { RenderOptions } from './options.js'
import { renderTable } from './tables.js'

export interface SessionRow {
  readonly session: string
  /** `down`: taken down; `crashed`: its daemon was killed; both are read from the store. */
  readonly state: 'running' | 'down' | 'crashed' | 'unknown'
  readonly pid: number | null
  readonly at: string | null
  readonly run: StatusDocument['run']['phase'] | null
  readonly agents: number | null
  readonly working: number | null
  readonly tasks: number | null
  readonly completed: number | null
  readonly needs_you: number | null
  readonly attention: StatusDocument['summary']['attention']
  /** Why nothing is known. */
  readonly problem: string | null
}

export function renderSessions(rows: readonly SessionRow[], options: RenderOptions): string {
  return renderTable(COLUMNS, rows, options, `no sessions yet: \`${fix('daemon.start')}\``)
}

const COLUMNS: readonly Column<SessionRow>[] = [
  {
    id: 'session',
    head: 'SESSION',
    rank: 1,
    min: 8,
    want: 20,
    max: 40,
    cell: ({ session }) => line(span(session, 'strong')),
  },
  {
    id: 'state',
    head: 'DAEMON',
    rank: 2,
    cell: ({ state }) => line(span(state, state === 'running' ? 'plain' : 'quiet')),
  },
  { id: 'run', head: 'RUN', rank: 5, cell: ({ run }) => (run === null ? [] : line(run)) },
  {
    id: 'agents',
    head: 'AT WORK',
    rank: 4,
    align: 'right',
    cell: ({ agents, working }) => (agents === null ? [] : line(`${working}/${agents}`)),
  },
  {
    id: 'tasks',
    head: 'DONE',
    rank: 6,
    align: 'right',
    cell: ({ tasks, completed }) => (tasks === null ? [] : line(`${completed}/${tasks}`)),
  },
  {
    id: 'needs',
    head: 'NEEDS YOU',
    rank: 3,
    min: 9,
    want: 40,
    max: 100,
    cell: ({ needs_you: count, attention, problem }) => {
      if (problem !== null) return line(span(problem, 'warn'))
      const first = attention.find(({ human }) => human)
      if (count === null || first === undefined) return []
      return line(span(`${count}: ${first.id} ${first.text}`, 'warn'))
    },
  },
]
