/** What a layout does to tasks and gates, as steps for people: the state before against the state that follows. */
import { fix } from '../fixes.js'
import { workDirectory } from '../layout/work-directory.js'
import type { PlanStep } from '../protocol/api.js'
import { taskRow } from '../run/rows/status-rows.js'
import type { AttemptRecord, GateRecord, RunState, TaskRecord } from '../run/state.js'
import { taskChanges } from '../run/told.js'
import { formatDuration, type Millis } from '../time.js'
import { tilde } from '../text/tilde.js'
import { planStep } from './plan-step.js'
import { sameValue } from '../same-value.js'

/** `before` is null where nothing is known yet. */
export function taskSteps(
  before: RunState | null,
  after: RunState,
  now: Millis,
  home: string | null,
): PlanStep[] {
  const steps: PlanStep[] = []
  for (const task of after.tasks.values()) {
    const old = before?.tasks.get(task.spec.id)
    const step =
      old === undefined || before === null ? added(after, task, home) : changed(before, old, after, task, now)
    if (step !== null) steps.push(step)
  }
  for (const { spec, status } of before?.tasks.values() ?? []) {
    if (after.tasks.has(spec.id)) continue
    steps.push(planStep('remove', 'task', spec.id, { why: `${lower(status)}, never started` }))
  }
  return steps
}

function added(after: RunState, task: TaskRecord, home: string | null): PlanStep {
  const { kind, machine, cwd, id } = task.spec
  const why = begins(after, task)
  if (kind === 'prompt') return planStep('create', 'task', id, { why })
  // A command has no agent whose directory it could share.
  const isHere = after.layout?.machines.some((m) => m.id === machine && m.kind === 'local') !== false
  const directory = tilde(workDirectory(after.layout, machine, cwd), isHere ? home : null)
  return planStep('create', 'task', id, { machine, directory, why })
}

/** When it will be begun. */
function begins(state: RunState, task: TaskRecord): string {
  if (task.status === 'CANCELLED' || task.status === 'BLOCKED')
    return `${lower(task.status)}${task.reason === null ? '' : `: ${task.reason}`}`
  const waits = taskRow(state, task).reason
  const needs = task.status === 'PENDING' && waits !== null ? waits : null
  switch (state.phase) {
    case 'running':
      return needs ?? 'starts at once: the run goes on'
    case 'paused':
      return `the run is paused: \`${fix('run.resume')}\` goes on${needs === null ? '' : `; ${needs}`}`
    case 'finished':
      return `the run has ended: waits for \`${fix('run.start')}\`, or \`${fix('run.up')}\``
    case 'idle':
      return needs ?? `waits for \`${fix('run.start')}\``
  }
}

function changed(
  before: RunState,
  old: TaskRecord,
  after: RunState,
  task: TaskRecord,
  now: Millis,
): PlanStep | null {
  const { id } = task.spec
  if (task.removed && !old.removed) return removed(before, old, task, now)
  if (old.removed && !task.removed) return planStep('create', 'task', id, { why: back(after, old, task) })
  const { told, atOnce } = taskChanges(old.spec, task.spec)
  const words = [...told, ...atOnce]
  if (words.length > 0) {
    const attempt = liveAttempt(before, old)
    return planStep('change', 'task', id, {
      why: attempt === undefined ? notRunning(old, task, words) : running(told, atOnce),
    })
  }
  if (old.status === task.status) return null
  const why = task.reason === null ? '' : `: ${task.reason}`
  return planStep('change', 'task', id, { why: `${lower(old.status)} → ${lower(task.status)}${why}` })
}

function removed(before: RunState, old: TaskRecord, task: TaskRecord, now: Millis): PlanStep {
  const { id } = task.spec
  if (task.status !== 'IN_PROGRESS') {
    return planStep('remove', 'task', id, { why: `${lower(old.status)}; the report keeps it` })
  }
  const attempt = liveAttempt(before, old)
  if (attempt === undefined) return planStep('cancel', 'task', id, { why: 'running' })
  const { agent, machine, startedAt } = attempt
  const since = formatDuration(Math.max(1000, now - startedAt))
  return planStep('cancel', 'task', id, {
    why: `running on ${agent ?? machine} since ${since}`,
    asks: attempt.id,
  })
}

function back(after: RunState, old: TaskRecord, task: TaskRecord): string {
  if (task.status === 'COMPLETED') return 'in the layout again; completed already'
  if (task.status === 'IN_PROGRESS') return 'in the layout again; pending again when its attempt has ended'
  if (task.status === 'CANCELLED') return `in the layout again; ${begins(after, task)}`
  return `in the layout again, ${old.status === 'CANCELLED' ? 'pending again' : lower(task.status)}; ${begins(after, task)}`
}

function running(told: readonly string[], atOnce: readonly string[]): string {
  const parts = [
    told.length === 0
      ? ''
      : `the new ${listed(told)} ${told.length === 1 ? 'counts' : 'count'} from its next attempt`,
    atOnce.length === 0
      ? ''
      : `the new ${listed(atOnce)} ${atOnce.length === 1 ? 'counts' : 'count'} at once`,
  ]
  return `running: ${parts.filter((part) => part !== '').join('; ')}`
}

function notRunning(old: TaskRecord, task: TaskRecord, words: readonly string[]): string {
  const what = listed(words)
  const { id } = task.spec
  if (old.status === 'COMPLETED') return `completed already: the new ${what} is used if it runs again`
  if (task.status === 'FAILED') return `${what}; failed: \`${fix('task.retry', id)}\` tries it again`
  if (old.status !== task.status) return `${what}; ${lower(old.status)} → ${lower(task.status)}`
  return what
}

export function gateSteps(before: RunState | null, after: RunState): PlanStep[] {
  const steps: PlanStep[] = []
  for (const gate of after.gates.values()) {
    const old = before?.gates.get(gate.spec.id)
    if (old === undefined) steps.push(planStep('create', 'gate', gate.spec.id, { why: waitsFor(gate) }))
    else {
      const why = gateChange(old, gate)
      if (why !== null) steps.push(planStep('change', 'gate', gate.spec.id, { why }))
    }
  }
  for (const { spec, status } of before?.gates.values() ?? []) {
    if (!after.gates.has(spec.id)) steps.push(planStep('remove', 'gate', spec.id, { why: status }))
  }
  return steps
}

function waitsFor({ spec, status }: GateRecord): string {
  if (status === 'open') return 'opens at once'
  if (status === 'waiting') return 'waits for a person'
  if (status === 'checking') return 'is checked at once'
  return `after ${spec.after.join(', ')}${spec.approve === 'human' ? ', approved by a person' : ''}`
}

function gateChange(old: GateRecord, gate: GateRecord): string | null {
  const keys = [
    'title',
    'after',
    'verify',
    'machine',
    'cwd',
    'timeoutMs',
    'approve',
    'criteria',
    'quorum',
  ] as const
  const words = keys
    .filter((key) => !sameValue(old.spec[key], gate.spec[key]))
    .map((key) => (key === 'timeoutMs' ? 'timeout' : key === 'quorum' ? 'approvers' : key))
  if (words.length === 0) return old.status === gate.status ? null : `${old.status} → ${gate.status}`
  if (old.status === 'open') return `${listed(words)}; open already: it stays open`
  return `${listed(words)}${old.status === gate.status ? '' : `; ${old.status} → ${gate.status}`}`
}

function liveAttempt({ attempts }: RunState, task: TaskRecord): AttemptRecord | undefined {
  const last = task.attempts.at(-1)
  const attempt = last === undefined ? undefined : attempts.get(last)
  return attempt === undefined || attempt.phase === 'ended' ? undefined : attempt
}

/** `prompt`, `prompt and verify`, `title, prompt and verify`. */
function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

function lower(status: string): string {
  return status === 'IN_PROGRESS' ? 'running' : status.toLowerCase()
}
