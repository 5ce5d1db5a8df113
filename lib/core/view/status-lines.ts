/** The lines of `orchestra status`: what needs a person, what fails, what works; no line longer than the terminal, down to 40 columns. */
import { fix } from '../fixes.js'
import type { StatusDocument } from '../protocol/status.js'
import type { Millis } from '../time.js'
import { attentionLines, type AttentionTheme } from './attention-lines.js'
import { agentColumns, machineColumns, taskColumns } from './columns.js'
import { dotOf, ellipsisOf, glyph, GATE_LOOK, MACHINE_LOOK } from './glyphs.js'
import { githubLines } from './github-lines.js'
import { countsLine, progressLine, titleLine, wavesLine } from './headline.js'
import { planLines } from './plan-lines.js'
import { joinFitting, shortenLine, span, type Line } from './spans.js'
import { statusView, type StatusView } from './status-view.js'
import { headLine, planTable, rowLine } from './table.js'
import { formatAge } from './times.js'

/** More rows than this say less: the quiet ones are counted then. */
const MOST_ROWS = 24
/** A document older than this says so. */
const OLD_MS = 10_000

export interface StatusLook extends AttentionTheme {
  readonly cols: number
  readonly now: Millis
  /** Minutes east of UTC, for clocks. */
  readonly offsetMin: number
}

export function statusLines(doc: StatusDocument, options: StatusLook): Line[] {
  const cols = Math.max(20, options.cols)
  const view = statusView(doc, options.now)
  const sections = [
    headLines(view, cols, options),
    planLines(view.doc, Math.min(cols, 120), options),
    attentionLines(view, cols, options),
    machineLines(view, cols, options),
    githubLines(view.doc, Math.min(cols, 120), options),
    agentLines(view, cols, options),
    taskLines(view, cols, options),
  ].filter((section) => section.length > 0)
  return sections.flatMap((section, index) => (index === 0 ? section : [[], ...section]))
}

function headLines(view: StatusView, cols: number, options: StatusLook): Line[] {
  const lines = [
    titleLine(view, cols, options),
    progressLine(view, Math.min(cols, 120), options),
    countsLine(view, cols, options.offsetMin, options),
    wavesLine(view, cols, options),
  ].filter((line) => line.length > 0)
  if (view.ageMs > OLD_MS) lines.push([span(`as of ${formatAge(view.ageMs)} ago`, 'warn')])
  return lines
}

function machineLines(view: StatusView, cols: number, options: StatusLook): Line[] {
  const machines = view.layers.flatMap((layer) => layer.machines)
  const plan = planTable(machineColumns(options), machines, cols)
  const lines: Line[] = machines.length === 0 ? [] : [headLine(plan)]
  lines.push(...machines.map((machine) => rowLine(plan, machine, options)))
  const servers = view.mcpServers.map((server): Line => {
    const tools = server.tools === null ? '' : ` ${server.tools} tools`
    return [glyph(MACHINE_LOOK[server.state], options), span(` ${server.id}`), span(tools, 'quiet')]
  })
  if (servers.length > 0) {
    const room = cols - 5
    lines.push([span('MCP  ', 'head'), ...joinFitting(servers, room, dotOf(options))])
  }
  return lines
}

function agentLines(view: StatusView, cols: number, options: StatusLook): Line[] {
  const { agents } = view
  if (agents.length === 0) return [[span('no agents in this layout', 'quiet')]]
  const quiet = ({ row }: (typeof agents)[number]) =>
    row.state === 'idle' || row.state === 'quiet' || row.state === 'exited'
  const shown = agents.length <= MOST_ROWS ? agents : agents.filter((a) => !quiet(a)).slice(0, MOST_ROWS)
  const plan = planTable(agentColumns(options), shown, cols, `AGENTS ${agents.length}`)
  const lines: Line[] = shown.length === 0 ? [[span(`AGENTS ${agents.length}`, 'head')]] : [headLine(plan)]
  lines.push(...shown.map((agent) => rowLine(plan, agent, options)))
  if (shown.length < agents.length) lines.push(moreLine(agents.length - shown.length, 'agents', cols))
  return lines
}

function taskLines(view: StatusView, cols: number, options: StatusLook): Line[] {
  const tasks = view.waves.flatMap((wave) => wave.tasks)
  if (tasks.length === 0) return [shortenLine([span(`no tasks yet: ${fix('task.submit')}`, 'quiet')], cols)]
  const isFew = tasks.length <= MOST_ROWS
  const moving = tasks.filter(({ row }) => ['FAILED', 'BLOCKED', 'IN_PROGRESS', 'READY'].includes(row.status))
  const shown = isFew ? tasks : [...moving].sort((a, b) => a.order - b.order).slice(0, MOST_ROWS)
  const title = `TASKS ${tasks.length}`
  const plan = planTable(taskColumns(options), shown, cols, title)
  const lines: Line[] = [
    shown.length === 0 ? [span(title, 'head')] : headLine(plan),
    ...shown.map((task) => rowLine(plan, task, options)),
  ]
  if (shown.length < tasks.length) lines.push(moreLine(tasks.length - shown.length, 'tasks', cols))
  return [...lines, ...gateLines(view, cols, options)]
}

function gateLines(view: StatusView, cols: number, options: StatusLook): Line[] {
  return view.gates
    .filter((gate) => gate.status !== 'open')
    .map((gate) => {
      const { word, tone } = GATE_LOOK[gate.status]
      const why = gate.reason ?? `after ${gate.after.join(' ')}`
      return shortenLine(
        [
          glyph(GATE_LOOK[gate.status], options),
          span(` gate ${gate.id}`, 'strong'),
          span(` ${word}`, tone),
          span(`  ${why}`, 'quiet'),
        ],
        cols,
        ellipsisOf(options),
      )
    })
}

function moreLine(count: number, verb: string, cols: number): Line {
  return shortenLine([span(`  and ${count} quiet ones: orchestra ${verb}`, 'quiet')], cols)
}
