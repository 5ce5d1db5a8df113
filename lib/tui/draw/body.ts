/** Which panels stand where: two columns on wide screens, one on medium ones, one panel and tabs on a phone. */
import type { Row } from './frame.js'
import { dotOf, ellipsisOf } from '../../core/view/glyphs.js'
import { planLines } from '../../core/view/plan-lines.js'
import { fitLine, joinFitting, span, type Line } from '../../core/view/spans.js'
import { isShown, type Shown } from '../ui/panel-rows.js'
import type { MonitorState, PanelId } from '../ui/state.js'
import { beside, stack, type Block } from './frame.js'
import type { Look } from './look.js'
import { attentionHeight, eventsGlyph, openCount, panelBlock } from './panel.js'

const TWO_COLUMNS = 120
const ALL_STACKED = 30
const TWO_STACKED = 15
/** Two columns keep 12 rows below a plan of a quarter. */
const ROOMY = 16
const MAIN_PANELS = ['agents', 'tasks', 'machines', 'events', 'escalations'] as const
/** Rows of the escalations beside or below others, with title and heads. */
const MOST_ESCALATIONS = 8

export function bodyBlock(state: MonitorState, shown: Shown, height: number, look: Look): Block {
  const { cols } = look
  const draw = (panel: PanelId, width: number, rows: number) =>
    panelBlock(state, shown, { panel, width, height: rows }, look)
  const attention = shown.rows.attention.length
  const most = height < 18 ? 3 : height < 32 ? 5 : 8
  const lines = Math.min(attentionHeight(shown, cols, most, look), Math.max(most, Math.floor(height / 2)))
  const attentionRows = attention === 0 ? 0 : lines + 1
  const top = attentionRows === 0 ? [] : [draw('attention', cols, attentionRows)]
  // Where all panels stand, escalations have one of their own and need no lines of the plan's.
  const isOwn = height - attentionRows >= (cols >= TWO_COLUMNS ? ROOMY : ALL_STACKED + ROOMY)
  const plan = planBlock(shown, height - attentionRows, isOwn, look)
  if (plan.rows.length > 0) top.push(plan)
  const rest = height - attentionRows - plan.rows.length
  if (cols >= TWO_COLUMNS && rest >= 12) return stack([...top, twoColumns(shown, rest, look, draw)])
  if (rest >= ALL_STACKED) return stack([...top, ...oneColumn(shown, rest, cols, draw)])
  return stack([...top, tabs(state, shown, look), ...focused(state, rest - 1, cols, draw)])
}

/** Where the plan stands, on screens that have the room; one line fewer than a quarter of it, what comes first first. */
function planBlock(shown: Shown, height: number, isOwn: boolean, look: Look): Block {
  const most = Math.floor(height / 4) - 1
  if (most < 3) return { rows: [], hits: [] }
  const doc = shown.view?.doc
  const told = isOwn ? [] : (doc?.escalations ?? [])
  const lines = doc === undefined ? [] : planLines({ ...doc, escalations: told }, look.cols - 2, look)
  const rows = lines
    .slice(0, most)
    .map((line): Row => fitLine([span(' '), ...line], look.cols, ellipsisOf(look)))
  return { rows, hits: [] }
}

type Draw = (panel: PanelId, width: number, rows: number) => Block

function twoColumns(shown: Shown, height: number, look: Look, draw: Draw): Block {
  const leftWidth = Math.floor(look.cols * 0.55)
  const rightWidth = look.cols - leftWidth - 1
  const machines = Math.min(shown.rows.machines.length + 2, Math.max(4, Math.floor(height * 0.35)))
  const tasks = Math.max(4, Math.min(shown.rows.tasks.length + 2, Math.floor(height * 0.65)))
  const left = stack([draw('machines', leftWidth, machines), draw('agents', leftWidth, height - machines)])
  const told = escalationRows(shown, height - tasks)
  const right = stack([
    draw('tasks', rightWidth, tasks),
    ...(told === 0 ? [] : [draw('escalations', rightWidth, told)]),
    draw('events', rightWidth, height - tasks - told),
  ])
  return beside(left, leftWidth, right, span(look.ascii ? '|' : '│', 'quiet'))
}

/** At most half of what is left beside the events; 0: nobody was told anything. */
function escalationRows(shown: Shown, left: number): number {
  if (!isShown('escalations', shown)) return 0
  const wanted = Math.min(shown.rows.escalations.length + 2, MOST_ESCALATIONS, Math.floor(left / 2))
  return wanted < 3 ? 0 : wanted
}

function oneColumn(shown: Shown, height: number, cols: number, draw: Draw): Block[] {
  const machines = Math.min(shown.rows.machines.length + 2, 8)
  const others = height - machines
  const agents = Math.max(6, Math.min(shown.rows.agents.length + 2, Math.floor(others * 0.45)))
  const tasks = Math.max(6, Math.min(shown.rows.tasks.length + 2, Math.floor((others - agents) * 0.65)))
  const told = escalationRows(shown, height - machines - agents - tasks)
  return [
    draw('machines', cols, machines),
    draw('agents', cols, agents),
    draw('tasks', cols, tasks),
    ...(told === 0 ? [] : [draw('escalations', cols, told)]),
    draw('events', cols, height - machines - agents - tasks - told),
  ]
}

function focused(state: MonitorState, height: number, cols: number, draw: Draw): Block[] {
  const main = state.focus === 'attention' ? 'agents' : state.focus
  if (height < TWO_STACKED) return [draw(main, cols, height)]
  const other = main === 'agents' ? 'tasks' : 'agents'
  const mainRows = Math.ceil(height * 0.6)
  const rowsOf = (panel: PanelId) => (panel === main ? mainRows : height - mainRows)
  const order = MAIN_PANELS.filter((panel) => panel === main || panel === other)
  return order.map((panel) => draw(panel, cols, rowsOf(panel)))
}

function tabs(state: MonitorState, shown: Shown, look: Look): Block {
  const { cols } = look
  const counts: Readonly<Record<(typeof MAIN_PANELS)[number], string>> = {
    agents: `${shown.rows.agents.length}`,
    tasks: `${shown.rows.tasks.length}`,
    machines: `${shown.rows.machines.length}`,
    events: '',
    escalations: `${openCount(shown.rows)}`,
  }
  const main = state.focus === 'attention' ? 'agents' : state.focus
  const wordy = cols >= 56
  const parts = MAIN_PANELS.filter((panel) => isShown(panel, shown)).map((panel, index): Line => {
    const isBad = panel === 'escalations' && openCount(shown.rows) > 0
    const tone = panel === main ? 'accent' : isBad ? 'bad' : 'quiet'
    const count = counts[panel] === '' || !wordy ? '' : ` ${counts[panel]}`
    return [
      span(`${index + 1} `, 'quiet'),
      span(panel, tone),
      span(count, 'quiet'),
      ...(panel === 'events' ? [span(' '), ...eventsGlyph(shown, look)] : []),
    ]
  })
  const separator = wordy ? dotOf(look) : span(' ', 'quiet')
  const row: Row = fitLine([span(' '), ...joinFitting(parts, cols - 1, separator)], cols, ellipsisOf(look))
  return { rows: [row], hits: [] }
}
