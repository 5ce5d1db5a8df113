/** The rows of each panel: filtered, sorted, with the text that a search looks at. */
import type { EscalationRow, EventRow } from '../../core/protocol/status.js'
import type { Millis } from '../../core/time.js'
import type { AttentionView } from '../../core/view/attention.js'
import {
  compareIds,
  statusView,
  type AgentView,
  type MachineView,
  type StatusView,
  type TaskView,
} from '../../core/view/status-view.js'
import type { MonitorState, PanelId } from './state.js'

export interface PanelRows {
  readonly attention: readonly AttentionView[]
  readonly agents: readonly AgentView[]
  readonly tasks: readonly TaskView[]
  readonly machines: readonly MachineView[]
  readonly events: readonly EventRow[]
  readonly escalations: readonly EscalationRow[]
}
type RowOf<P extends PanelId> = PanelRows[P][number]

interface PanelSpec<Row> {
  readonly id: (row: Row) => string
  readonly text: (row: Row) => string
  /** The first is the usual one; it keeps the order that the view has. */
  readonly sorts: readonly { readonly name: string; readonly compare: ((a: Row, b: Row) => number) | null }[]
}

const words = (...parts: readonly (string | number | null | undefined)[]) => parts.join(' ').toLowerCase()
const byAge = (a: number | null, b: number | null) => (a ?? Infinity) - (b ?? Infinity)

export const PANEL_SPECS: { readonly [P in PanelId]: PanelSpec<RowOf<P>> } = {
  attention: {
    id: (row) => `${row.kind}:${row.id}`,
    text: (row) => words(row.id, row.word, row.text),
    sorts: [{ name: 'urgency', compare: null }],
  },
  agents: {
    id: ({ row }) => row.id,
    text: ({ row, task }) =>
      words(
        row.id,
        row.label,
        row.state,
        row.task,
        task?.title,
        row.machine,
        row.type,
        row.role,
        row.window,
        row.text,
      ),
    sorts: [
      { name: 'urgency', compare: null },
      { name: 'id', compare: (a, b) => compareIds(a.row.id, b.row.id) },
      {
        name: 'machine',
        compare: (a, b) => compareIds(a.row.machine, b.row.machine) || compareIds(a.row.id, b.row.id),
      },
      { name: 'progress', compare: (a, b) => (b.row.progress ?? -1) - (a.row.progress ?? -1) },
      { name: 'last sign', compare: (a, b) => byAge(a.ageMs, b.ageMs) },
    ],
  },
  tasks: {
    id: ({ row }) => row.id,
    text: ({ row }) =>
      words(row.id, row.title, row.status, row.agent, row.machine, row.role, `wave${row.wave}`, row.reason),
    sorts: [
      { name: 'wave', compare: null },
      {
        name: 'urgency',
        compare: (a, b) =>
          a.order - b.order || a.row.priority - b.row.priority || compareIds(a.row.id, b.row.id),
      },
      { name: 'id', compare: (a, b) => compareIds(a.row.id, b.row.id) },
      {
        name: 'agent',
        compare: (a, b) => compareIds(a.row.agent ?? '~', b.row.agent ?? '~') || a.row.wave - b.row.wave,
      },
      { name: 'time', compare: (a, b) => (b.spentMs ?? -1) - (a.spentMs ?? -1) },
    ],
  },
  machines: {
    id: ({ row }) => row.id,
    text: ({ row, layer }) =>
      words(row.id, row.code, layer.id, layer.name, row.state, row.git?.branch, row.reason),
    sorts: [
      { name: 'layer', compare: null },
      { name: 'id', compare: (a, b) => compareIds(a.row.id, b.row.id) },
      { name: 'load', compare: (a, b) => (b.row.load1 ?? -1) - (a.row.load1 ?? -1) },
    ],
  },
  events: {
    id: (row) => `${row.seq}`,
    text: (row) => words(row.type, row.subject, row.text, row.level),
    sorts: [
      { name: 'newest', compare: null },
      { name: 'oldest', compare: (a, b) => a.seq - b.seq },
    ],
  },
  escalations: {
    id: (row) => row.id,
    text: (row) => words(row.id, row.state, row.layer, row.issue, row.blocker, row.acked_by),
    sorts: [
      { name: 'open first', compare: null },
      { name: 'newest', compare: (a, b) => compareIds(b.id, a.id) },
    ],
  },
}

/** What is drawn and what the keys move in: one and the same. `view` is null before the daemon has spoken. */
export interface Shown {
  readonly view: StatusView | null
  readonly rows: PanelRows
}

export function shownOf(state: MonitorState, now: Millis): Shown {
  // Without news the clock stands still: ages and ends are those of the last word.
  const at = state.link.status === 'gone' ? state.link.since : now
  const view = state.doc === null ? null : statusView(state.doc, at)
  const pick = <P extends PanelId>(panel: P, rows: readonly RowOf<P>[]): readonly RowOf<P>[] =>
    arranged(PANEL_SPECS[panel] as PanelSpec<RowOf<P>>, rows, state.panels[panel])
  return {
    view,
    rows: {
      attention: pick('attention', view?.attention ?? []),
      agents: pick('agents', view?.agents ?? []),
      tasks: pick('tasks', view?.waves.flatMap((wave) => wave.tasks) ?? []),
      machines: pick('machines', view?.layers.flatMap((layer) => layer.machines) ?? []),
      events: pick('events', [...state.events].reverse()),
      escalations: pick('escalations', openFirst(state.doc?.escalations ?? [])),
    },
  }
}

/** What is not over, the oldest first; then what is, the newest first. */
function openFirst(rows: readonly EscalationRow[]): EscalationRow[] {
  const isOver = ({ state }: EscalationRow) => state === 'closed'
  return [...rows.filter((row) => !isOver(row)), ...rows.filter(isOver).reverse()]
}

/** Nobody looks for these two where nothing is in them. */
export function isShown(panel: PanelId, { view, rows }: Shown): boolean {
  if (panel === 'attention') return rows.attention.length > 0
  return panel !== 'escalations' || (view?.doc.escalations.length ?? 0) > 0
}

function arranged<Row>(
  spec: PanelSpec<Row>,
  rows: readonly Row[],
  { filter, sort }: MonitorState['panels'][PanelId],
): readonly Row[] {
  const compare = spec.sorts[sort % spec.sorts.length]?.compare ?? null
  const wanted = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '!')
  const kept =
    wanted.length === 0
      ? rows
      : rows.filter((row) => {
          const text = spec.text(row)
          return wanted.every((word) =>
            word.startsWith('!') ? !text.includes(word.slice(1)) : text.includes(word),
          )
        })
  return compare === null ? kept : [...kept].sort(compare)
}

export function idsOf(panel: PanelId, rows: PanelRows): string[] {
  return mapRows(panel, rows, (spec, row) => spec.id(row))
}

export function textsOf(panel: PanelId, rows: PanelRows): string[] {
  return mapRows(panel, rows, (spec, row) => spec.text(row))
}

function mapRows<P extends PanelId>(
  panel: P,
  rows: PanelRows,
  read: (spec: PanelSpec<RowOf<P>>, row: RowOf<P>) => string,
): string[] {
  const spec = PANEL_SPECS[panel] as PanelSpec<RowOf<P>>
  return (rows[panel] as readonly RowOf<P>[]).map((row) => read(spec, row))
}

/**
 * Where the run goes on: the first task that is not through, in the order of the waves, as long as nobody chose a row
 * there. -1 elsewhere.
 */
export function leadIndex(
  panel: PanelId,
  { rows }: Shown,
  { chosen, sort }: MonitorState['panels'][PanelId],
): number {
  if (panel !== 'tasks' || chosen !== null || sort !== 0) return -1
  return rows.tasks.findIndex(({ row }) => row.status !== 'COMPLETED' && row.status !== 'CANCELLED')
}

/** Index of the chosen row; where it stood, when it has gone; -1 in an empty panel. */
export function chosenIndex(ids: readonly string[], panel: MonitorState['panels'][PanelId]): number {
  if (ids.length === 0) return -1
  if (panel.chosen === null) return 0
  const index = ids.indexOf(panel.chosen)
  return index === -1 ? Math.min(panel.index, ids.length - 1) : index
}
