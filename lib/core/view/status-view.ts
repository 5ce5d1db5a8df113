/**
 * What a person sees of a session, made once from the status document and drawn by `status`, the tables, the monitor
 * and later a web page. Pure: every figure comes from the document, the time from the caller.
 */
import type {
  AgentRow,
  GateRow,
  MachineRow,
  McpServerRow,
  StatusDocument,
  TaskRow,
} from '../protocol/status.js'
import type { Millis } from '../time.js'
import { attentionViews, type AttentionView } from './attention.js'
import { millisOf } from './times.js'

export interface AgentView {
  readonly row: AgentRow
  readonly task: TaskRow | null
  /** Since it was last seen to do anything; null: never. */
  readonly ageMs: Millis | null
  /** It should be doing something and has been silent for long, or its machine cannot be asked. */
  readonly isStale: boolean
  /** 0 needs a person … 7 is over. */
  readonly order: number
}

export interface TaskView {
  readonly row: TaskRow
  /** How long it has run, or took; null before it starts. */
  readonly spentMs: Millis | null
  readonly order: number
}

export interface WaveView {
  readonly wave: number
  readonly done: number
  readonly failed: number
  readonly tasks: readonly TaskView[]
}

export interface MachineView {
  readonly row: MachineRow
  readonly layer: { readonly id: string; readonly name: string }
  /** The first of its layer. */
  readonly isFirst: boolean
  /** Age of its figures. */
  readonly surveyAgeMs: Millis | null
}

export interface LayerView {
  readonly id: string
  readonly name: string
  readonly machines: readonly MachineView[]
}

export interface StatusView {
  readonly doc: StatusDocument
  readonly now: Millis
  /** How old the document is. */
  readonly ageMs: Millis
  readonly elapsedMs: Millis | null
  readonly endsAt: Millis | null
  readonly leftMs: Millis | null
  /** How long a question or a gate has waited for a person; null: none does. The end is not known then. */
  readonly waitsMs: Millis | null
  readonly attention: readonly AttentionView[]
  readonly layers: readonly LayerView[]
  /** Most urgent first; then by id. */
  readonly agents: readonly AgentView[]
  readonly waves: readonly WaveView[]
  readonly gates: readonly GateRow[]
  readonly mcpServers: readonly McpServerRow[]
}

/** Silence that is long for an agent at work. */
export const STALE_MS = 5 * 60_000

export function statusView(doc: StatusDocument, now: Millis): StatusView {
  const startedAt = millisOf(doc.run.started_at)
  const finishedAt = millisOf(doc.run.finished_at)
  const endsAt = doc.run.phase === 'finished' ? finishedAt : millisOf(doc.summary.eta)
  const tasks = new Map(doc.tasks.map((task) => [task.id, task]))
  const machines = new Map(doc.machines.map((machine) => [machine.id, machine]))
  const attention = attentionViews(doc, now)
  const asked = attention.filter(({ kind }) => kind === 'agent_waiting' || kind === 'gate_waiting')
  return {
    doc,
    now,
    ageMs: Math.max(0, now - (millisOf(doc.at) ?? now)),
    elapsedMs: startedAt === null ? null : Math.max(0, (finishedAt ?? now) - startedAt),
    endsAt,
    leftMs: endsAt === null || doc.run.phase === 'finished' ? null : Math.max(0, endsAt - now),
    waitsMs: asked.length === 0 ? null : Math.max(...asked.map(({ ageMs }) => ageMs ?? 0)),
    attention,
    layers: layerViews(doc, now),
    agents: doc.agents
      .map((row) => agentView(row, tasks.get(row.task ?? '') ?? null, machines.get(row.machine), now))
      .sort((a, b) => a.order - b.order || compareIds(a.row.id, b.row.id)),
    waves: waveViews(doc, now),
    gates: doc.gates,
    mcpServers: doc.mcp_servers,
  }
}

function agentView(
  row: AgentRow,
  task: TaskRow | null,
  machine: MachineRow | undefined,
  now: Millis,
): AgentView {
  const last = Math.max(millisOf(row.observed_at) ?? -1, millisOf(row.output_at) ?? -1)
  const ageMs = last < 0 ? null : Math.max(0, now - last)
  const isAtWork = row.state === 'working' || row.state === 'starting'
  const isStale =
    row.state !== 'exited' && (machine?.state === 'offline' || (isAtWork && (ageMs ?? 0) > STALE_MS))
  return { row, task, ageMs, isStale, order: agentOrder(row, isStale) }
}

const AGENT_ORDER = {
  waiting: 0,
  error: 1,
  limited: 2,
  unknown: 3,
  working: 4,
  starting: 5,
  stopping: 6,
  idle: 7,
  quiet: 7,
  exited: 8,
} as const satisfies Record<AgentRow['state'], number>

function agentOrder(row: AgentRow, isStale: boolean): number {
  if (row.state === 'exited' && row.exit_code !== null && row.exit_code !== 0) return 1
  if (isStale) return Math.min(AGENT_ORDER[row.state], 3)
  return AGENT_ORDER[row.state]
}

const TASK_ORDER = {
  FAILED: 0,
  BLOCKED: 1,
  IN_PROGRESS: 2,
  READY: 3,
  PENDING: 4,
  COMPLETED: 5,
  CANCELLED: 6,
} as const satisfies Record<TaskRow['status'], number>

function waveViews(doc: StatusDocument, now: Millis): WaveView[] {
  const waves = new Map<number, TaskView[]>()
  for (const row of doc.tasks) {
    const started = millisOf(row.started_at)
    const spentMs = started === null ? null : Math.max(0, (millisOf(row.ended_at) ?? now) - started)
    const tasks = waves.get(row.wave) ?? []
    tasks.push({ row, spentMs, order: TASK_ORDER[row.status] })
    waves.set(row.wave, tasks)
  }
  return [...waves]
    .sort(([a], [b]) => a - b)
    .map(([wave, tasks]) => ({
      wave,
      done: tasks.filter(({ row }) => row.status === 'COMPLETED').length,
      failed: tasks.filter(({ row }) => row.status === 'FAILED' || row.status === 'BLOCKED').length,
      tasks,
    }))
}

function layerViews(doc: StatusDocument, now: Millis): LayerView[] {
  const layerView = (id: string, name: string, machines: readonly MachineRow[]): LayerView => ({
    id,
    name,
    machines: machines.map((row, index) => {
      const surveyed = millisOf(row.surveyed_at)
      const surveyAgeMs = surveyed === null ? null : Math.max(0, now - surveyed)
      return { row, layer: { id, name }, isFirst: index === 0, surveyAgeMs }
    }),
  })
  const known = new Set(doc.layers.map((layer) => layer.id))
  const layers = doc.layers.map(({ id, name }) =>
    layerView(
      id,
      name,
      doc.machines.filter((machine) => machine.layer === id),
    ),
  )
  const others = doc.machines.filter((machine) => machine.layer === null || !known.has(machine.layer))
  // A session without layers needs no heading for machines without one.
  const without = doc.layers.length === 0 ? '' : 'no layer'
  return others.length === 0 ? layers : [...layers, layerView('', without, others)]
}

/** `A-2` before `A-10`. */
export function compareIds(a: string, b: string): number {
  const left = a.split(/(\d+)/)
  const right = b.split(/(\d+)/)
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x = '', y = ''] = [left[i], right[i]]
    const isNumber = i % 2 === 1
    const order = isNumber ? Number(x) - Number(y) : x < y ? -1 : x > y ? 1 : 0
    if (order !== 0) return order
  }
  return left.length - right.length
}
