/** What stands in the way of the run now: one cause an incident, under a key that stays the same as long as it is the same one. */
import type { TaskId } from '../ids.js'
import { waitsForTask } from '../run/index/agent-tree.js'
import { isDue, type Plan } from '../run/decide/plan.js'
import { agentState, isListed } from '../run/index/agent-state.js'
import { troubleOf } from '../run/index/trouble.js'
import type { AgentRecord, AttemptRecord, RunState } from '../run/state.js'
import type { Millis } from '../time.js'
import { isAtRest } from '../words.js'
import { standingRevision } from '../gates/approvals.js'
import type { Cause, EscalationKind } from './records.js'

export type Found = Omit<Cause, 'text' | 'urgent'>

/** What may pass by itself is not told before it has lasted so long. */
const GRACE_MS: Partial<Record<EscalationKind, Millis>> = {
  agent_waiting: 30_000,
  agent_error: 10_000,
  prompt_unconfirmed: 30_000,
  machine_offline: 60_000,
  machine_degraded: 10_000,
  agent_exited: 1_000,
}

/** Nothing before the first `run`: agents that only stand there hold nobody up. */
export function causesNow(plan: Plan): readonly Found[] {
  const { state } = plan
  if (state.startedAt === null) return []
  const found: Found[] = []
  found.push(...troubleNow(plan))
  for (const gate of state.gates.values()) {
    if (gate.status !== 'waiting' && gate.status !== 'failed') continue
    const { id } = gate.spec
    found.push({
      key: `gate_waiting:${id}:${standingRevision(gate)}`,
      kind: 'gate_waiting',
      subject: id,
      ...NO_WORK,
    })
  }
  if (state.phase !== 'finished') {
    for (const agent of state.agents.values()) {
      const one = isFine(state, agent) || !isListed(agent) ? null : ofAgent(plan, agent)
      if (one !== null) found.push(one)
    }
    for (const machine of state.machines.values()) {
      const kind = ({ offline: 'machine_offline', degraded: 'machine_degraded' } as const)[
        machine.state as 'offline'
      ]
      if (kind === undefined || !isUsed(plan, machine.spec.id)) continue
      if (!isDue(plan, machine.since + (GRACE_MS[kind] ?? 0))) continue
      found.push({ key: `${kind}:${machine.spec.id}`, kind, subject: machine.spec.id, ...NO_WORK })
    }
  }
  if (found.length === 0 && isStuck(plan))
    found.push({ key: `run_stuck:${state.startedAt}`, kind: 'run_stuck', subject: 'run', ...NO_WORK })
  return found
}

/** Tasks that failed or are blocked by themselves. */
export function troubleNow({ state, index }: Plan): Found[] {
  return troubleOf(state, index).map((id) => ofTask(state, id))
}

/** It works or rests, and has its task: of most agents this is all that has to be looked at. */
function isFine({ attempts }: RunState, { process, observation, attempt }: AgentRecord): boolean {
  if (process.status !== 'alive' || observation === null) return false
  const { state, stalledSince } = observation
  if (!(state === 'working' && stalledSince === null) && !isAtRest(state)) return false
  return attempt === null || attempts.get(attempt)?.unconfirmed == null
}

const NO_WORK = { task: null, attempt: null }

function ofTask(state: RunState, id: TaskId): Found {
  const task = state.tasks.get(id)!
  const kind = task.status === 'FAILED' ? 'task_failed' : 'task_blocked'
  // Failed again after a retry, blocked again by a person: another incident.
  const nth = `${task.attempts.length}${task.block === null ? '' : `:${task.block.at}`}`
  return { key: `${kind}:${id}:${nth}`, kind, subject: id, task: id, attempt: task.attempts.at(-1) ?? null }
}

function ofAgent(plan: Plan, agent: AgentRecord): Found | null {
  const { state } = plan
  const seen = agent.observation
  const at = seen?.at ?? plan.now
  switch (agentState(state, agent)) {
    case 'waiting':
      return told(plan, agent, 'agent_waiting', at, `:${seen?.promptId ?? seen?.text ?? ''}`)
    case 'error':
      return told(plan, agent, 'agent_error', at)
    case 'limited':
      // Without work in hand it holds somebody up only if there is work.
      return workOf(state, agent) === undefined && plan.index.openTasks === 0
        ? null
        : told(plan, agent, 'agent_limited', at)
    case 'exited': {
      const { process } = agent
      if (process.status !== 'exited' || agent.wanted !== 'running' || agent.restartAt !== null) return null
      if (waitsForTask(agent) || plan.index.openTasks === 0) return null
      return told(plan, agent, 'agent_exited', process.at, `:${agent.generation}`)
    }
    case 'working':
      return seen?.stalledSince == null
        ? null
        : told(plan, agent, 'agent_stalled', seen.stalledSince, `:${workOf(state, agent)?.id ?? ''}`)
    case 'idle':
    case 'quiet':
    case 'starting':
    case 'unknown': {
      const attempt = workOf(state, agent)
      if (attempt?.phase !== 'running' || attempt.unconfirmed === null) return null
      return told(plan, agent, 'prompt_unconfirmed', attempt.startedAt, `:${attempt.id}`)
    }
    default:
      return null
  }
}

function workOf(state: RunState, { attempt }: AgentRecord): AttemptRecord | undefined {
  return attempt === null ? undefined : state.attempts.get(attempt)
}

/** null: it has not lasted long enough. */
function told(plan: Plan, agent: AgentRecord, kind: EscalationKind, since: Millis, nth = ''): Found | null {
  if (!isDue(plan, since + (GRACE_MS[kind] ?? 0))) return null
  const { id } = agent.spec
  const task = workOf(plan.state, agent)?.task ?? null
  return { key: `${kind}:${id}${nth}`, kind, subject: id, task, attempt: agent.attempt }
}

/** Work is on it, or could only be done there. */
function isUsed({ state, index }: Plan, machine: string): boolean {
  if ((index.busy.get(machine as never) ?? 0) > 0) return true
  if (index.openTasks === 0) return false
  for (const agent of state.agents.values())
    if (agent.machine === machine && agent.wanted === 'running') return true
  return [...state.tasks.values()].some(({ spec, status }) => spec.machine === machine && status === 'READY')
}

/** Work is left, nothing is going on, and nothing will happen by itself. */
function isStuck(plan: Plan): boolean {
  const { state, index, actions, wakeAt } = plan
  if (state.phase !== 'running' || index.openTasks === 0 || index.liveAttempts.size > 0) return false
  if (actions.length > 0 || wakeAt !== null || index.openGates > 0) return false
  // Of a machine that has not been asked yet, nothing is known.
  for (const { spec, state: is } of state.machines.values())
    if (is === 'unknown' && (spec.kind === 'local' || spec.kind === 'ssh') && isUsed(plan, spec.id))
      return false
  // Whoever is at work for a person, or is only just coming up, is free later.
  return [...state.agents.values()].every((agent) => {
    if (!isListed(agent)) return true
    const said = agentState(state, agent)
    return isAtRest(said) || said === 'exited' || said === 'limited' || said === 'error'
  })
}
