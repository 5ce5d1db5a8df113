/** Records → the rows of `status --json`. What only the daemon knows (panes, surveys) comes in as `seen`. */
import { humanOf } from '../../reports/human.js'
import type { TaskId } from '../../ids.js'
import { formatDuration, type Millis } from '../../time.js'
import { fix } from '../../fixes.js'
import type { AgentRow, MachineRow, TaskRow, TaskTreeRow } from '../../protocol/status.js'
import { NO_TASK, waitsForTask } from '../index/agent-tree.js'
import { agentState, isThere } from '../index/agent-state.js'
import { agentCordon, machineCordon, sayCordon } from '../index/cordoned.js'
import { indexOf } from '../index/index-run.js'
import { isoTime } from '../../iso-time.js'
import { isComingUp } from '../index/machine-reach.js'
import type { AgentRecord, AttemptRecord, MachineRecord, RunState, TaskRecord } from '../state.js'

export type AgentSeen = Partial<
  Pick<
    AgentRow,
    'version' | 'never_idle' | 'pane' | 'host_pane' | 'window' | 'queued' | 'output_at' | 'question'
  >
>

export function agentRow(state: RunState, agent: AgentRecord, seen: AgentSeen = {}): AgentRow {
  const { spec, process, observation } = agent
  const attempt = agent.attempt === null ? undefined : state.attempts.get(agent.attempt)
  const said = agentState(state, agent)
  const isOnline = state.machines.get(agent.machine)?.state === 'online'
  const fresh = process.status === 'alive' && isOnline ? observation : null
  return {
    id: spec.id,
    label: spec.label,
    type: spec.type,
    version: null,
    never_idle: false,
    machine: agent.machine,
    home: spec.machine,
    role: spec.role,
    state: said,
    task: attempt?.task ?? null,
    progress: attempt?.progress ?? null,
    confidence: fresh?.confidence ?? (said === 'exited' ? 1 : 0),
    evidence: fresh?.evidence ?? (said === 'exited' ? 'exit' : said === 'unknown' ? 'unreachable' : null),
    rule: fresh?.rule ?? null,
    text: observation?.text ?? null,
    prompt_id: fresh?.promptId ?? null,
    question: null,
    until: isoTime(fresh?.until ?? null),
    observed_at: isoTime(observation?.at ?? (process.status === 'exited' ? process.at : null)),
    output_at: null,
    pid: process.status === 'alive' ? process.pid : null,
    generation: agent.generation,
    restarts: Math.max(0, agent.generation - 1),
    exit_code: process.status === 'exited' ? process.exitCode : null,
    reason: whyAgent(state, agent),
    pane: null,
    host_pane: process.status === 'alive' ? process.pane : null,
    window: null,
    queued: 0,
    cordoned: agentCordon(state, agent) !== undefined,
    ...seen,
  }
}

function whyAgent(state: RunState, agent: AgentRecord): string | null {
  if (agent.wanted === 'standby' && !isThere(agent))
    return `stands by: starts for ${agent.spec.standby.join(', ')}`
  if (waitsForTask(agent) && !isThere(agent)) return NO_TASK
  if (agent.process.status === 'exited') return agent.process.reason
  const machine = isComingUp(state, agent.machine) ? undefined : state.machines.get(agent.machine)
  if (machine !== undefined && machine.state !== 'online') {
    return `${agent.machine} is ${machine.state}${machine.reason === null ? '' : `: ${machine.reason}`}`
  }
  if (agent.process.status === 'alive' && agent.machine !== agent.spec.machine)
    return `at home on ${agent.spec.machine}; \`${fix('agent.restart', agent.spec.id)}\` starts it there`
  const cordon = sayCordon(agentCordon(state, agent), agent.spec.id)
  if (cordon !== null) return cordon
  return agent.specChanged ? 'the layout has changed; used at its next start' : null
}

/** `now`: for how long a person has been waited for; a plan has no such time. */
export function taskRow(state: RunState, task: TaskRecord, now: Millis = 0): TaskRow {
  const { spec } = task
  const last = task.attempts.at(-1)
  const attempt = last === undefined ? undefined : state.attempts.get(last)
  return {
    id: spec.id,
    title: spec.title,
    kind: spec.kind,
    status: task.status,
    needs: spec.needs,
    wave: indexOf(state).graph.nodes.get(spec.id)?.wave ?? 1,
    role: spec.role,
    agent: attempt?.agent ?? spec.agent,
    machine: attempt?.machine ?? spec.machine,
    attempt: attempt?.number ?? 0,
    attempts: task.attempts.length,
    attempt_status: attempt === undefined ? null : (attempt.status ?? 'running'),
    progress: task.status === 'COMPLETED' ? 1 : (attempt?.progress ?? null),
    estimated_time: Math.round(spec.estimateMs / 1000),
    priority: spec.priority,
    started_at: isoTime(task.startedAt),
    ended_at: isoTime(task.endedAt),
    reason: nextTry(task, now) ?? whyTask(state, task),
    human: humanOf(state, spec.id, now),
    issue: issueRow(state, spec.id),
    tree: attempt === undefined ? null : taskTree(state, attempt),
    landed:
      task.landed === null
        ? null
        : { oid: task.landed.oid, into: task.landed.into, at: isoTime(task.landed.at) },
    proof: attempt?.proof?.kind ?? (task.alreadyDone === 'yes' ? 'already_done' : null),
  }
}

/** After an attempt that failed, until the next may begin. `now` 0: whoever asks shows no times. */
function nextTry({ status, notBefore, reason }: TaskRecord, now: Millis): string | null {
  if (status !== 'READY' || notBefore === null || now === 0 || notBefore <= now) return null
  return `next try in ${formatDuration(notBefore - now)}${reason === null ? '' : `; ${reason}`}`
}

function taskTree({ slots }: RunState, { id, tree }: AttemptRecord): TaskTreeRow | null {
  if (tree === null) return null
  const slot = tree.slot === null ? undefined : slots.get(tree.slot)
  const { path, branch, base, head, commits, files } = tree
  const fetchedAt = slot?.attempt === id ? slot.base?.fetchedAt : undefined
  return { slot: tree.slot, path, branch, base, base_at: isoTime(fetchedAt ?? null), head, commits, files }
}

/** A task that waits says what for. */
function whyTask(state: RunState, task: TaskRecord): string | null {
  if (task.reason !== null) return task.reason
  if (task.status === 'READY' && (state.phase === 'idle' || state.phase === 'finished'))
    return state.phase === 'idle'
      ? `waits for \`${fix('run.start')}\``
      : `the run has ended: waits for \`${fix('run.start')}\``
  if (task.status === 'READY' && indexOf(state).focus?.has(task.spec.id) === false)
    return `waits: only the work of ${sayFocus(state)} is dispatched`
  if (task.status === 'READY') return whyNobodyTakes(state, task)
  if (task.status !== 'PENDING') return null
  const { nodes } = indexOf(state).graph
  const open = (nodes.get(task.spec.id)?.needs ?? []).filter((id) => nodes.get(id)?.outcome !== 'met')
  if (open.length === 0) return null
  const more = open.length > 3 ? ` and ${open.length - 3} more` : ''
  return `waits for ${open.slice(0, 3).join(', ')}${more}`
}

/** Says that every agent that could do a task is cordoned; null: one is not. */
function whyNobodyTakes(state: RunState, { spec }: TaskRecord): string | null {
  if (state.cordons.size === 0) return null
  if (spec.kind === 'command') {
    const cordon = spec.machine === null ? undefined : machineCordon(state, spec.machine)
    return cordon === undefined ? null : `waits: ${cordon.id} is cordoned`
  }
  const able = [...state.agents.values()].filter(
    ({ spec: { id, role }, wanted }) =>
      wanted !== 'removed' &&
      (spec.agent === null ? spec.role === null || role === spec.role : id === spec.agent),
  )
  const cordons = able.map((agent) => agentCordon(state, agent)?.id)
  if (cordons.length === 0 || cordons.includes(undefined)) return null
  const named = [...new Set(cordons)]
  return `waits: ${named.join(', ')} ${named.length === 1 ? 'is' : 'are'} cordoned`
}

function sayFocus(state: RunState): string {
  const stopping = (state.layout?.milestones ?? []).flatMap(({ id, stopOtherWork }) => {
    const is = state.milestones.get(id)?.state
    if (!stopOtherWork || (is !== 'at_risk' && is !== 'late')) return []
    return [`${id}, which is ${is === 'late' ? 'late' : 'at risk'},`]
  })
  return stopping.join(' and ')
}

export function machineRow(
  state: RunState,
  machine: MachineRecord,
  seen: Partial<MachineRow> = {},
): MachineRow {
  const { spec } = machine
  let agents = 0
  for (const agent of state.agents.values()) {
    if (agent.machine === spec.id && agent.wanted !== 'removed') agents += 1
  }
  return {
    id: spec.id,
    layer: spec.layer,
    code: spec.code,
    label: spec.label,
    kind: spec.kind,
    state: machine.state,
    reason: machine.reason ?? sayCordon(machineCordon(state, spec.id), spec.id),
    since: isoTime(machine.since),
    rtt_ms: null,
    load1: machine.load1,
    cores: machine.cores,
    memory: null,
    disk: null,
    agents,
    agent_processes: null,
    git: null,
    status_commits: [],
    problems: [],
    tmux: null,
    surveyed_at: null,
    cordoned: machineCordon(state, spec.id) !== undefined,
    ...seen,
  }
}

function issueRow(state: RunState, task: TaskId): TaskRow['issue'] {
  const bound = state.issues.get(task)
  return bound === undefined ? null : { number: bound.number, url: bound.url, state: bound.state }
}
