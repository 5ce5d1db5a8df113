import { NEEDS_YOU } from '../../protocol/needs-you.js'
import type { Attention } from '../../protocol/status.js'
import type { Millis } from '../../time.js'
import type { AgentState } from '../../words.js'
import { sayChanged } from '../../github/bound-issue.js'
import { treeAttention } from '../../trees/attention.js'
import { stuckMerges } from '../../merges/merge-row.js'
import { agentState, isListed } from '../index/agent-state.js'
import { waitsForTask } from '../index/agent-tree.js'
import { indexOf } from '../index/index-run.js'
import { isoTime } from '../../iso-time.js'
import type { AgentRecord, MachineRecord, RunState, TaskRecord } from '../state.js'

/** What waits for a person comes first, then what went wrong, then what is merely away. */
const ORDER: readonly Attention['kind'][] = [
  'agent_waiting',
  'prompt_unconfirmed',
  'gate_waiting',
  'agent_error',
  'task_failed',
  'task_blocked',
  'tree_escape',
  'merge_stuck',
  'issue_changed',
  'tree_stuck',
  'agent_exited',
  'machine_degraded',
  'machine_offline',
  'agent_limited',
  'agent_stalled',
  'tree_leaked',
]

/** A machine whose tmux has just gone is mostly back at once. */
export const DEGRADED_TOLD_MS = 3000
/** How long an agent may sit idle on a task that it was given before somebody should look. */
const UNREPORTED_MS = 60_000
/** Not at work, and nothing else of it is told that a person would look at. */
const MAY_LACK_PROMPT: ReadonlySet<AgentState> = new Set(['idle', 'quiet', 'unknown', 'starting'])
const TURN_EVIDENCE = /hook|title|screen|report/

/** Causes only: a task that is blocked by another that failed is not listed beside it. */
export function attentionList(state: RunState, now: Millis): readonly Attention[] {
  const found: Found[] = []
  for (const agent of state.agents.values()) if (isListed(agent)) pushAgent(state, agent, now, found)
  for (const gate of state.gates.values()) {
    const { id, title } = gate.spec
    const since = isoTime(gate.since)
    if (gate.status === 'waiting')
      found.push({ kind: 'gate_waiting', id, text: title ?? 'waits for approval', since })
    if (gate.status === 'failed')
      found.push({ kind: 'gate_waiting', id, text: gate.reason ?? 'failed', since })
  }
  for (const task of state.tasks.values()) pushTask(state, task, found)
  for (const [id, text] of stuckMerges(state)) found.push({ kind: 'merge_stuck', id, text, since: null })
  for (const issue of state.issues.values()) {
    const task = state.tasks.get(issue.task)
    const text = task === undefined || task.removed ? null : sayChanged(issue, task.status)
    const since = isoTime(issue.gone?.at ?? issue.changed?.at ?? null)
    if (text !== null) found.push({ kind: 'issue_changed', id: issue.task, text, since })
  }
  found.push(...treeAttention(state, now))
  for (const machine of state.machines.values()) pushMachine(machine, now, found)
  return found
    .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
    .map((one) => ({ ...one, human: NEEDS_YOU[one.kind] }))
}

/** Whether it needs a person depends on its kind alone. */
type Found = Omit<Attention, 'human'>

function pushMachine({ spec, state, reason, since: at }: MachineRecord, now: Millis, found: Found[]): void {
  const since = isoTime(at)
  if (state === 'offline') {
    found.push({ kind: 'machine_offline', id: spec.id, text: reason ?? 'cannot be reached', since })
  }
  // It answers, but nothing can be started there.
  if (state === 'degraded' && now - at >= DEGRADED_TOLD_MS) {
    found.push({
      kind: 'machine_degraded',
      id: spec.id,
      text: reason ?? 'nothing can be started there',
      since,
    })
  }
}

function pushAgent(state: RunState, agent: AgentRecord, now: Millis, found: Found[]): void {
  const { id } = agent.spec
  const seen = agent.observation
  const since = isoTime(seen?.at ?? null)
  const attempt = agent.attempt === null ? undefined : state.attempts.get(agent.attempt)
  const status = agentState(state, agent)
  if (attempt?.phase === 'running' && attempt.unconfirmed !== null && MAY_LACK_PROMPT.has(status)) {
    const text = `${attempt.task} may not have reached it (${attempt.unconfirmed}): look, and press Enter if it stands in its composer`
    found.push({ kind: 'prompt_unconfirmed', id, text, since: isoTime(attempt.startedAt) })
    return
  }
  switch (status) {
    case 'waiting':
      found.push({ kind: 'agent_waiting', id, text: seen?.text ?? 'waits for a person', since })
      return
    case 'error':
      found.push({ kind: 'agent_error', id, text: seen?.text ?? 'error', since })
      return
    case 'limited':
      found.push({ kind: 'agent_limited', id, text: seen?.text ?? 'usage limit', since })
      return
    case 'exited': {
      const { process } = agent
      if (process.status !== 'exited' || agent.wanted !== 'running' || agent.restartAt !== null) return
      // A person took the session down, and meant all of it.
      if (waitsForTask(agent) || process.reset === 'down') return
      found.push({ kind: 'agent_exited', id, text: process.reason, since: isoTime(process.at) })
      return
    }
    case 'working': {
      const still = seen?.stalledSince ?? null
      if (still === null) return
      const text = `says that it works, but no change for ${Math.floor((now - still) / 60_000)} min`
      found.push({ kind: 'agent_stalled', id, text, since: isoTime(still) })
      return
    }
    case 'idle': {
      // Only what was seen of the program itself: a pane that is merely quiet may well be at work.
      if (seen === null || attempt?.phase !== 'running' || !TURN_EVIDENCE.test(seen.evidence)) return
      const over = Math.max(seen.at, attempt.startedAt)
      if (now - over < UNREPORTED_MS) return
      const text = `its turn is over, but ${attempt.task} was not reported, for ${Math.floor((now - over) / 60_000)} min`
      found.push({ kind: 'agent_stalled', id, text, since: isoTime(over) })
      return
    }
    case 'quiet':
    case 'starting':
    case 'stopping':
    case 'unknown':
  }
}

function pushTask(state: RunState, task: TaskRecord, found: Found[]): void {
  const { id } = task.spec
  const since = isoTime(task.endedAt)
  const text = task.reason ?? task.spec.title
  if (task.status === 'FAILED') found.push({ kind: 'task_failed', id, text, since })
  if (task.status !== 'BLOCKED') return
  const last = task.attempts.at(-1)
  if (last !== undefined && state.attempts.get(last)?.cause === 'escape')
    return void found.push({ kind: 'tree_escape', id, text, since })
  const { nodes } = indexOf(state).graph
  const node = nodes.get(id)
  const missing = node?.needs.some((need) => nodes.get(need)?.kind === 'missing') === true
  if (node === undefined || node.broken === 0 || missing || task.stuck) {
    found.push({ kind: 'task_blocked', id, text, since })
  }
}
