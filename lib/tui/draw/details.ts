/** Everything about one agent, task, machine, event or escalation; for an agent its live screen or its log below. */
import { formatDuration } from '../../core/time.js'
import { plural } from '../../core/text/plural.js'
import { bar, percent } from '../../core/view/bars.js'
import { machineColumns } from '../../core/view/columns.js'
import { eventLine } from '../../core/view/event-line.js'
import { AGENT_LOOK, ellipsisOf, glyph, MACHINE_LOOK, TASK_LOOK } from '../../core/view/glyphs.js'
import { fitLine, line, shortenLine, span, type Line } from '../../core/view/spans.js'
import type { AgentView, MachineView, TaskView } from '../../core/view/status-view.js'
import { landedWords, treeWords } from '../../core/view/tree-words.js'
import { formatAge, formatClock, formatWhen, millisOf } from '../../core/view/times.js'
import type { Shown } from '../ui/panel-rows.js'
import type { MonitorState, Overlay } from '../ui/state.js'
import { subjectOf } from '../ui/subject.js'
import { escalationFacts } from './escalation-facts.js'
import { factLines, LABEL_COLS } from './fact-lines.js'
import { fitRows, type Block, type Row } from './frame.js'
import type { Look } from './look.js'

export function detailsBlock(
  state: MonitorState,
  shown: Shown,
  overlay: Overlay & { kind: 'details' },
  height: number,
  look: Look,
): Block {
  const facts = factsOf(state, shown, overlay, look)
  const agent = subjectOf(state, shown)?.agent ?? null
  const isTask = overlay.panel === 'tasks'
  const isPrinted = isTask && state.peek?.agent === overlay.id && state.peek.mode === 'log'
  const shownOf = isPrinted ? overlay.id : isTask || overlay.panel === 'escalations' ? null : agent?.id
  const below =
    shownOf == null
      ? historyRows(state, overlay, look)
      : screenRows(state, shownOf, overlay.scroll, height - facts.length, look)
  return { rows: fitRows([...facts, ...below], look.cols, height), hits: [] }
}

function factsOf(
  state: MonitorState,
  shown: Shown,
  overlay: Overlay & { kind: 'details' },
  look: Look,
): Row[] {
  const { panel, id } = overlay
  const subject = subjectOf(state, shown)
  const view = shown.view
  const agent = view?.agents.find(({ row }) => row.id === subject?.agent?.id)
  const task = view?.waves.flatMap((wave) => wave.tasks).find(({ row }) => row.id === subject?.task?.id)
  const machineId = panel === 'machines' ? id : id.replace(/^machine_\w+:/, '')
  const machine = view?.layers.flatMap((layer) => layer.machines).find(({ row }) => row.id === machineId)
  const lines: Line[] = []
  if (panel === 'attention') {
    const entry = view?.attention.find((row) => `${row.kind}:${row.id}` === id)
    if (entry !== undefined)
      lines.push(...factLines(entry.word, entry.text, look, entry.isHuman ? 'warn' : 'plain'))
  }
  if (panel === 'events') {
    const row = state.events.find((event) => `${event.seq}` === id)
    if (row !== undefined) lines.push(...eventFacts(row, look))
  }
  const told = subject?.escalation ?? null
  if (told !== null) lines.push(...escalationFacts(told, state.doc?.timezone ?? null, look), [])
  if (task !== undefined) lines.push(...taskFacts(task, state, look))
  if (agent !== undefined && panel !== 'tasks' && panel !== 'escalations')
    lines.push(...agentFacts(agent, look))
  if (machine !== undefined) lines.push(...machineFacts(machine, look))
  if (lines.length === 0) lines.push(line(span('it is no longer there', 'quiet')))
  return lines.map((row) => fitLine([span(' '), ...row], look.cols, ellipsisOf(look)))
}

function agentFacts({ row, task, ageMs, isStale }: AgentView, look: Look): Line[] {
  const { word, tone } = AGENT_LOOK[row.state]
  const until = millisOf(row.until)
  const doing: Line[] =
    row.task === null
      ? []
      : [
          [
            span('task'.padEnd(LABEL_COLS), 'quiet'),
            span(`${row.task} ${task?.title ?? ''}  `),
            ...(row.progress === null
              ? []
              : [...bar(row.progress, 12, 'busy', look), span(` ${percent(row.progress)}`)]),
          ],
        ]
  const seen = ageMs === null ? 'never' : `${formatAge(ageMs)} ago${isStale ? ': stale' : ''}`
  const sure =
    row.evidence === null ? null : `${row.evidence}${row.rule === null ? '' : `, rule ${row.rule}`}`
  const process = [
    row.pid === null ? 'no process' : `pid ${row.pid}`,
    `start ${row.generation}`,
    row.restarts > 0 ? `${row.restarts} restarts` : '',
    row.queued > 0 ? `${plural(row.queued, 'prompt')} queued` : '',
    row.exit_code === null ? '' : `exit ${row.exit_code}`,
  ].filter((part) => part !== '')
  return [
    [
      glyph(AGENT_LOOK[row.state], look),
      span(` ${row.id} `, 'strong'),
      span(row.label === null ? '' : `${row.label} `),
      span(word, tone),
      span(`  ${row.type} on ${row.machine}${row.role === null ? '' : `, ${row.role}`}`, 'quiet'),
    ],
    ...doing,
    ...factLines(row.state === 'waiting' ? 'asks' : 'says', row.text, look, tone),
    ...factLines('until', until === null ? null : formatWhen(until, look.now, look.offsetMin), look, 'warn'),
    ...factLines('reason', row.reason, look),
    ...factLines(
      'seen',
      `${seen}${sure === null ? '' : `, by ${sure}, ${percent(row.confidence)} sure`}`,
      look,
    ),
    ...factLines('process', process.join(', '), look),
    ...factLines('tree', task === null ? null : treeWords(task, look.now), look),
    ...factLines('window', row.window, look),
  ]
}

function taskFacts({ row, spentMs }: TaskView, state: MonitorState, look: Look): Line[] {
  const { word, tone } = TASK_LOOK[row.status]
  const needs = row.needs.flatMap((id): Line => {
    const need = state.doc?.tasks.find((task) => task.id === id)
    return need === undefined ? [span(`${id} `)] : [glyph(TASK_LOOK[need.status], look), span(` ${id}  `)]
  })
  const started = millisOf(row.started_at)
  const times = [
    started === null ? '' : `started ${formatClock(started, look.offsetMin, true)}`,
    spentMs === null ? '' : `${row.ended_at === null ? 'so far' : 'took'} ${formatDuration(spentMs)}`,
    `estimate ${formatDuration(row.estimated_time * 1000)}`,
  ].filter((part) => part !== '')
  return [
    [
      glyph(TASK_LOOK[row.status], look),
      span(` ${row.id} `, 'strong'),
      span(`${row.title}  `),
      span(word, tone),
      span(`  wave ${row.wave}`, 'quiet'),
    ],
    ...(row.progress === null || row.status !== 'IN_PROGRESS'
      ? []
      : [
          [
            span('progress'.padEnd(LABEL_COLS), 'quiet'),
            ...bar(row.progress, 20, 'busy', look),
            span(` ${percent(row.progress)}`),
          ],
        ]),
    ...factLines('why', row.reason, look, tone),
    ...(needs.length === 0 ? [] : [[span('needs'.padEnd(LABEL_COLS), 'quiet'), ...needs]]),
    ...factLines(
      'agent',
      row.agent === null ? row.role && `any ${row.role}` : `${row.agent} on ${row.machine ?? '?'}`,
      look,
    ),
    ...factLines(
      'attempt',
      row.attempt === 0
        ? null
        : `${row.attempt} of ${row.attempts}${row.attempt_status === null ? '' : `, ${row.attempt_status}`}`,
      look,
    ),
    ...factLines('time', times.join(', '), look),
    ...factLines('proof', row.proof, look),
    ...factLines('tree', treeWords(row, look.now), look),
    ...factLines('landed', landedWords(row), look),
  ]
}

function machineFacts(machine: MachineView, look: Look): Line[] {
  const { row, layer, surveyAgeMs } = machine
  const { word, tone } = MACHINE_LOOK[row.state]
  const figures = machineColumns(look)
    .filter(({ id }) => ['rtt', 'load', 'memory', 'disk', 'git', 'agents', 'tmux'].includes(id))
    .flatMap((column): Line[] => {
      const cell = column.cell(machine)
      return cell.length === 0 ? [] : [[span(column.head.toLowerCase().padEnd(LABEL_COLS), 'quiet'), ...cell]]
    })
  return [
    [
      glyph(MACHINE_LOOK[row.state], look),
      span(` ${row.id} `, 'strong'),
      span(word, tone),
      span(`  ${row.kind}, ${layer.id} ${layer.name}`, 'quiet'),
    ],
    ...factLines('reason', row.reason, look, tone),
    ...figures,
    ...factLines('surveyed', surveyAgeMs === null ? 'never' : `${formatAge(surveyAgeMs)} ago`, look),
    ...row.problems.flatMap((problem) => factLines('problem', problem, look, 'warn')),
  ]
}

function eventFacts(row: MonitorState['events'][number], look: Look): Line[] {
  return [
    line(span(row.type, 'strong'), span(`  number ${row.seq}`, 'quiet')),
    ...factLines('at', row.at, look),
    ...factLines('about', row.subject, look),
    ...factLines('text', row.text, look),
  ]
}

function ruleRow(title: string, look: Look): Row {
  const rule = look.ascii ? '-' : '─'
  const room = Math.max(0, look.cols - title.length - 3)
  return [span(`${rule} `, 'quiet'), span(title, 'strong'), span(` ${rule.repeat(room)}`, 'quiet')]
}

/** The newest rows of the screen, or further up by `scroll`. */
function screenRows(state: MonitorState, agent: string, scroll: number, height: number, look: Look): Row[] {
  const peek = state.peek?.agent === agent ? state.peek : null
  if (peek === null) return [ruleRow('screen', look), line(span(' looking', 'quiet'))]
  if (peek.error !== null) return [ruleRow(peek.mode, look), line(span(` ${peek.error}`, 'warn'))]
  const lines = [...peek.lines]
  while (lines.at(-1)?.trim() === '') lines.pop()
  const room = Math.max(1, height - 1)
  const start = Math.max(0, lines.length - room - scroll)
  const age = look.now - peek.at > 5000 ? `, ${formatAge(look.now - peek.at)} ago` : ''
  const title = `${peek.mode}${state.link.status === 'live' ? age || ', live' : age} (l: ${peek.mode === 'log' ? 'back' : 'log'})`
  const shown = lines
    .slice(start, start + room)
    .map((text) => shortenLine([span(text)], look.cols, ellipsisOf(look)))
  return [ruleRow(title, look), ...(shown.length === 0 ? [line(span(' it shows nothing', 'quiet'))] : shown)]
}

function historyRows(state: MonitorState, overlay: Overlay & { kind: 'details' }, look: Look): Row[] {
  const about = overlay.panel === 'attention' ? overlay.id.slice(overlay.id.indexOf(':') + 1) : overlay.id
  const events = state.events.filter((event) => event.subject === about).reverse()
  if (events.length === 0 && overlay.panel !== 'tasks') return []
  return [
    ruleRow(overlay.panel === 'tasks' ? 'what happened (l: log)' : 'what happened', look),
    ...events.map((event) =>
      shortenLine([span(' '), ...eventLine(event, look)], look.cols, ellipsisOf(look)),
    ),
  ]
}
