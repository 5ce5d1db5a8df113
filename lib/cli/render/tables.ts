/** `agents`, `machines`, `tasks`, `gates`: one table each; columns leave and come back with the width. */
import { fix } from '../../core/fixes.js'
import type { StatusDocument } from '../../core/protocol/status.js'
import { escalationColumns } from '../../core/escalation/escalation-columns.js'
import { gateColumns } from '../../core/gates/gate-columns.js'
import { agentColumns, machineColumns, taskColumns } from '../../core/view/columns.js'
import { span } from '../../core/view/spans.js'
import { statusView } from '../../core/view/status-view.js'
import { tableLines, type Column } from '../../core/view/table.js'
import type { RenderOptions } from './options.js'
import { paintAll } from './paint.js'

export function renderAgents(doc: StatusDocument, options: RenderOptions): string {
  return table(agentColumns(options), statusView(doc, options.now).agents, options, 'agents')
}

export function renderMachines(doc: StatusDocument, options: RenderOptions): string {
  const rows = statusView(doc, options.now).layers.flatMap((layer) => layer.machines)
  return table(machineColumns(options), rows, options, 'machines')
}

export function renderTasks(doc: StatusDocument, options: RenderOptions): string {
  const rows = statusView(doc, options.now).waves.flatMap((wave) => wave.tasks)
  const hint = `no tasks yet: ${fix('task.submit')}`
  return table(taskColumns(options), rows, options, 'tasks', hint)
}

export function renderGates(doc: StatusDocument, options: RenderOptions): string {
  return table(gateColumns(options, options.now), doc.gates, options, 'gates')
}

export function renderEscalations(doc: StatusDocument, options: RenderOptions): string {
  return table(escalationColumns(options, options.now), doc.escalations, options, 'escalations')
}

function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  options: RenderOptions,
  what: string,
  empty = `no ${what} in this session`,
): string {
  return renderTable(columns, rows, options, empty)
}

export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  options: RenderOptions,
  empty: string,
): string {
  if (rows.length === 0) return paintAll([[span(empty, 'quiet')]], options.color)
  return paintAll(tableLines(columns, rows, options.cols, options), options.color)
}
