/** One panel: a title with a rule, heads, and the rows around the chosen one. */
import { escalationColumns } from '../../core/escalation/escalation-columns.js'
import { fix } from '../../core/fixes.js'
import { ellipsisOf, glyph, EVENT_LOOK } from '../../core/view/glyphs.js'
import { agentColumns, machineColumns, taskColumns } from '../../core/view/columns.js'
import { eventLine } from '../../core/view/event-line.js'
import { safeText } from '../../core/text/safe-text.js'
import { wrap } from '../../core/text/wrap.js'
import { fitLine, lineText, lineWidth, shortenLine, span, type Line } from '../../core/view/spans.js'
import { headLine, planTable, rowLine, type Column } from '../../core/view/table.js'
import { formatAge } from '../../core/view/times.js'
import { chosenIndex, idsOf, leadIndex, PANEL_SPECS, type Shown } from '../ui/panel-rows.js'
import type { MonitorState, PanelId } from '../ui/state.js'
import { fitRows, onGround, type Block, type Row } from './frame.js'
import type { Look } from './look.js'

const TITLES: Readonly<Record<PanelId, string>> = {
  attention: 'NEEDS YOU',
  agents: 'AGENTS',
  tasks: 'TASKS',
  machines: 'MACHINES',
  events: 'EVENTS',
  escalations: 'ESCALATIONS',
}
const EMPTY: Readonly<Record<PanelId, string>> = {
  attention: 'nothing needs you',
  agents: 'no agents in this layout',
  tasks: `no tasks yet: ${fix('task.submit')}`,
  machines: 'no machines in this layout',
  events: 'nothing has happened yet',
  escalations: 'nobody was told of anything',
}

export interface PanelBox {
  readonly panel: PanelId
  readonly width: number
  readonly height: number
}

export function panelBlock(state: MonitorState, shown: Shown, box: PanelBox, look: Look): Block {
  const { panel, width, height } = box
  const ids = idsOf(panel, shown.rows)
  const chosen = chosenIndex(ids, state.panels[panel])
  const table = tableOf(panel, shown, width - 2, look)
  const room = Math.max(0, height - 1 - table.heads.length)
  const isFocused = state.focus === panel
  const lead = isFocused ? -1 : leadIndex(panel, shown, state.panels[panel])
  const top = lead > 0 ? lead - 1 : chosen - Math.floor(room / 2)
  const { start, end } =
    table.more === undefined ? evenly(top, ids.length, room) : unevenly(chosen, ids.length, room, table.more)
  const lines: Row[] = []
  const lineIds: string[] = []
  for (let index = start; index < end; index++) {
    for (const line of [table.line(index), ...(table.more?.(index) ?? [])]) {
      const row: Row = fitLine([span(' '), ...line], width, ellipsisOf(look))
      lines.push(isFocused && index === chosen ? onGround(row, 'chosen') : row)
      lineIds.push(ids[index] ?? '')
    }
  }
  if (ids.length === 0 && room > 0) lines.push(emptyLine(state, panel, width, look))
  const range = ids.length > room && room > 0 ? `${start + 1}-${end} of ${ids.length}` : ''
  return {
    rows: fitRows([titleRow(state, shown, box, range, look), ...table.heads, ...lines], width, height),
    hits: [{ panel, top: 1 + table.heads.length, left: 0, width, ids: lineIds.slice(0, room) }],
  }
}

interface Window {
  readonly start: number
  readonly end: number
}

function evenly(top: number, count: number, room: number): Window {
  const start = Math.max(0, Math.min(top, count - room))
  return { start, end: Math.min(count, start + room) }
}

/** Entries of several lines: the chosen one is in sight with all of them. */
function unevenly(
  chosen: number,
  count: number,
  room: number,
  more: NonNullable<DrawnTable['more']>,
): Window {
  const height = (index: number) => 1 + more(index).length
  const heightOf = (from: number, to: number) =>
    Array.from({ length: Math.max(0, to - from) }, (_, i) => height(from + i)).reduce(
      (sum, rows) => sum + rows,
      0,
    )
  let start = 0
  while (start < chosen && heightOf(start, chosen + 1) > room) start++
  let end = start
  while (end < count && heightOf(start, end + 1) <= room) end++
  return { start, end: Math.max(end, Math.min(count, start + 1)) }
}

/** Lines of the first `most` entries of what needs a person. */
export function attentionHeight(shown: Shown, width: number, most: number, look: Look): number {
  const { more } = tableOf('attention', shown, width - 2, look)
  const entries = Math.min(shown.rows.attention.length, most)
  return Array.from({ length: entries }, (_, i) => 1 + (more?.(i).length ?? 0)).reduce(
    (sum, rows) => sum + rows,
    0,
  )
}

function emptyLine(state: MonitorState, panel: PanelId, width: number, look: Look): Line {
  const { filter } = state.panels[panel]
  const text = filter === '' ? EMPTY[panel] : `none match ${filter} (Esc clears)`
  return shortenLine([span(' '), span(text, 'quiet')], width, ellipsisOf(look))
}

/** `── AGENTS 15 ──────── by urgency · 1-9 of 15 ──` */
function titleRow(state: MonitorState, shown: Shown, box: PanelBox, range: string, look: Look): Row {
  const { panel, width } = box
  const isFocused = state.focus === panel
  const { filter, sort } = state.panels[panel]
  const rule = look.ascii ? (isFocused ? '=' : '-') : isFocused ? '━' : '─'
  const ruleTone = isFocused ? 'accent' : 'quiet'
  const order = PANEL_SPECS[panel].sorts[sort]?.name ?? ''
  const notes = [filter === '' ? '' : `filter ${filter}`, sort === 0 ? '' : `by ${order}`, range].filter(
    (note) => note !== '',
  )
  const name: Line =
    panel === 'attention'
      ? attentionTitle(shown)
      : [
          span(` ${TITLES[panel]} `, isFocused ? 'accent' : 'strong'),
          span(`${countOf(shown, panel)} `, 'quiet'),
        ]
  const left: Line = [span(rule, ruleTone), ...name]
  const right: Line =
    notes.length === 0
      ? []
      : [span(` ${notes.join(look.ascii ? ' - ' : ' · ')} `, 'quiet'), span(rule, ruleTone)]
  const shownLeft = shortenLine(left, Math.max(1, width - lineWidth(right)), ellipsisOf(look))
  const fill = width - lineWidth(shownLeft) - lineWidth(right)
  return fill < 0
    ? shortenLine(left, width, ellipsisOf(look))
    : [...shownLeft, span(rule.repeat(fill), ruleTone), ...right]
}

function attentionTitle({ rows }: Shown): Line {
  const human = rows.attention.filter((entry) => entry.isHuman).length
  const rest = rows.attention.length - human
  if (human === 0) return [span(' WATCH ', 'warn'), span(`${rest} `, 'quiet')]
  return [span(` NEEDS YOU: ${human} `, 'alarm'), span(rest > 0 ? ` and ${rest} to watch ` : ' ', 'quiet')]
}

function countOf({ view, rows }: Shown, panel: PanelId): string {
  if (panel === 'tasks' && view !== null) return `${view.doc.summary.completed}/${view.doc.summary.tasks}`
  if (panel === 'machines')
    return `${rows.machines.filter(({ row }) => row.state === 'online').length}/${rows.machines.length}`
  if (panel === 'escalations') return `${openCount(rows)}`
  return `${rows[panel].length}`
}

/** Of those that are not over. */
export function openCount({ escalations }: Pick<Shown['rows'], 'escalations'>): number {
  return escalations.filter(({ state }) => state !== 'closed').length
}

interface DrawnTable {
  readonly heads: readonly Line[]
  readonly line: (index: number) => Line
  /** Further lines of the same row. */
  readonly more?: (index: number) => readonly Line[]
}

function tableOf(panel: PanelId, { rows }: Shown, width: number, look: Look): DrawnTable {
  switch (panel) {
    case 'agents':
      return columnsTable(agentColumns(look), rows.agents, width, look)
    case 'tasks':
      return columnsTable(taskColumns(look), rows.tasks, width, look)
    case 'machines':
      return columnsTable(machineColumns(look), rows.machines, width, look)
    case 'escalations':
      return columnsTable(escalationColumns(look, look.now), rows.escalations, width, look)
    case 'attention':
      return attentionTable(rows.attention, width, look)
    case 'events': {
      const at = (index: number) => rows.events[index]
      return {
        heads: [],
        line: (index) => {
          const row = at(index)
          return row === undefined ? [] : eventLine(row, look)
        },
      }
    }
  }
}

/** What a person decides about is not cut: where its row has no room for it, it stands below. */
function attentionTable(rows: Shown['rows']['attention'], width: number, look: Look): DrawnTable {
  const table = columnsTable(attentionColumns(look), rows, width, look, false)
  const more = (index: number): readonly Line[] => {
    const row = rows[index]
    if (row === undefined || (row.kind !== 'agent_waiting' && row.kind !== 'gate_waiting')) return []
    const subject = safeText(row.text.split(' — ')[0] ?? '')
    if (lineText(table.line(index)).includes(subject)) return []
    const lines = wrap(subject, width - 4)
    const shown = lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES - 1), `(all of it: y)`]
    return shown.map((text): Line => [span(`    ${text}`)])
  }
  return { ...table, more }
}

const MOST_LINES = 5

function columnsTable<R>(
  columns: readonly Column<R>[],
  rows: readonly R[],
  width: number,
  look: Look,
  heads = true,
): DrawnTable {
  const plan = planTable(columns, rows, width)
  return {
    heads: heads && rows.length > 0 ? [[span(' '), ...headLine(plan)]] : [],
    line: (index) => {
      const row = rows[index]
      return row === undefined ? [] : rowLine(plan, row, look)
    },
  }
}

/** The keys that answer stand beside each entry. */
const KEYS: Readonly<Record<Shown['rows']['attention'][number]['kind'], string>> = {
  agent_waiting: 'y approve  d deny',
  gate_waiting: 'y approve  d deny',
  task_failed: 'r retry',
  agent_error: 'R restart',
  agent_exited: 'R restart',
  agent_limited: '',
  agent_unknown: 'Enter look',
  agent_stalled: 'Enter look',
  prompt_unconfirmed: 'Enter look',
  task_blocked: '',
  machine_degraded: '',
  machine_offline: '',
  machine_problem: '',
  mcp_offline: '',
  store: '',
  api_closed: '',
  merge_stuck: '',
  issue_changed: '',
  tree_escape: '',
  tree_stuck: '',
  tree_leaked: '',
  run_stuck: '',
}

function attentionColumns(look: Look): Column<Shown['rows']['attention'][number]>[] {
  return [
    {
      id: 'who',
      head: '',
      rank: 1,
      min: 8,
      want: 16,
      max: 24,
      cell: (row) => [glyph(row.look, look), span(` ${row.id}`, 'strong')],
    },
    { id: 'word', head: '', rank: 2, cell: (row) => [span(row.word, row.look.tone)] },
    {
      id: 'age',
      head: '',
      rank: 4,
      align: 'right',
      cell: (row) => (row.ageMs === null ? [] : [span(formatAge(row.ageMs), 'quiet')]),
    },
    { id: 'text', head: '', rank: 3, min: 10, want: 26, cell: (row) => [span(row.text)] },
    {
      id: 'keys',
      head: '',
      rank: 5,
      cell: (row) => (KEYS[row.kind] === '' ? [] : [span(KEYS[row.kind], 'accent')]),
    },
  ]
}

/** For the tabs of narrow screens: the worst level among the newest events. */
export function eventsGlyph({ rows }: Shown, look: Look): Line {
  const worst = (['bad', 'warn'] as const).find((level) =>
    rows.events.slice(0, 5).some((row) => row.level === level),
  )
  return worst === undefined ? [] : [glyph(EVENT_LOOK[worst], look)]
}
