/** The words of a cause: issue, blocker, proposal, impact. Made once, when it is first told, from what is known then. */
import { fix } from '../fixes.js'
import { questionStates, standingRevision } from '../gates/approvals.js'
import { whoIsAsked } from '../gates/gate-columns.js'
import { gateRow } from '../gates/gate-row.js'
import { askedId } from '../ids.js'
import { indexOf } from '../run/index/index-run.js'
import type { RunState, TaskRecord } from '../run/state.js'
import { shortPromptId } from '../status/prompt-id.js'
import { plural } from '../text/plural.js'
import { safeText } from '../text/safe-text.js'
import { civilAt, formatCivil } from '../time-zone.js'
import type { Found } from './causes.js'
import type { CauseText } from './records.js'

/** One line of a phone; the journal and `status` have all of it. */
const MAX_LINE = 300
const NAMED = 3

/** `zone`: of its times. */
export function causeText(state: RunState, found: Found, zone: string): CauseText {
  const raw = textOf(state, found, zone)
  const line = (text: string) => safeText(text).slice(0, MAX_LINE)
  return {
    issue: line(raw.issue),
    blocker: line(raw.blocker),
    proposal: line(raw.proposal),
    impact: line(raw.impact),
  }
}

/** A P0 task is in it, or waits behind it, or a person said so. */
export function isUrgent(state: RunState, { task, subject, kind }: Found): boolean {
  const isTop = (id: string) => state.tasks.get(askedId(id))?.spec.tier === 'P0'
  if (task !== null) return isTop(task) || state.tasks.get(task)?.block?.urgent === true
  if (kind === 'gate_waiting') return waitingFor(state, subject).some(isTop)
  return (
    kind === 'run_stuck' &&
    [...state.tasks.values()].some((one) => one.status === 'READY' && isTop(one.spec.id))
  )
}

function textOf(state: RunState, { kind, subject, task }: Found, zone: string): CauseText {
  const own = task === null ? undefined : state.tasks.get(task)
  switch (kind) {
    case 'task_failed':
    case 'task_blocked':
      return ofTask(state, kind, own!)
    case 'gate_waiting':
      return ofGate(state, subject)
    case 'machine_offline':
    case 'machine_degraded': {
      const machine = state.machines.get(askedId(subject))
      return {
        issue: `machine ${subject} is ${machine?.state ?? 'away'}`,
        blocker: machine?.reason ?? 'it cannot be reached',
        proposal: fix('doctor.machine', subject),
        impact: 'nothing new starts there',
      }
    }
    case 'run_stuck':
      return ofStuckRun(state)
    case 'agent_waiting':
    case 'agent_error':
    case 'agent_exited':
    case 'agent_limited':
    case 'agent_stalled':
    case 'prompt_unconfirmed':
      return ofAgent(state, kind, subject, own, zone)
  }
}

function ofTask(state: RunState, kind: 'task_failed' | 'task_blocked', task: TaskRecord): CauseText {
  const { id, title } = task.spec
  const { block } = task
  const tries = task.attempts.length === 0 ? '' : ` after ${plural(task.attempts.length, 'attempt')}`
  return {
    issue: `${id} ${kind === 'task_failed' ? 'failed' : 'is blocked'}${tries}: ${title}`,
    blocker: block?.text ?? task.reason ?? 'no reason is known',
    proposal: block?.proposal ?? (task.stuck ? fix('task.unblock', id) : fix('task.retry', id)),
    impact: block?.impact ?? sayWaiting(state, id),
  }
}

function ofGate(state: RunState, id: string): CauseText {
  const gate = state.gates.get(askedId(id))!
  const revision = standingRevision(gate) ?? ''
  const row = gateRow(gate, state.layout?.people ?? [])
  const open = questionStates(gate).find(({ answers, needed }) => answers.length < needed)
  const isFailed = gate.status === 'failed'
  return {
    issue: isFailed ? `gate ${id} is closed` : `gate ${id} waits for ${whoIsAsked(row) || 'a person'}`,
    blocker: isFailed
      ? (gate.reason ?? 'it failed')
      : (open?.text ?? gate.spec.title ?? `whether ${id} may open`),
    proposal: fix('answer.approve', id, shortPromptId(revision)),
    impact: sayWaiting(state, id),
  }
}

const AGENT_ISSUE = {
  agent_waiting: 'asks a person',
  agent_error: 'is in an error',
  agent_exited: 'has exited',
  agent_limited: 'is limited',
  agent_stalled: 'shows no change',
  prompt_unconfirmed: 'may not have got its task',
} as const

function ofAgent(
  state: RunState,
  kind: keyof typeof AGENT_ISSUE,
  id: string,
  task: TaskRecord | undefined,
  zone: string,
): CauseText {
  const agent = state.agents.get(askedId(id))
  const seen = agent?.observation
  const until = seen?.until == null ? '' : `, until ${formatCivil(civilAt(seen.until, zone))} (${zone})`
  const reason =
    agent?.process.status === 'exited' ? agent.process.reason : (seen?.text ?? 'nothing more is known')
  const act = kind === 'agent_exited' || kind === 'agent_error' ? 'agent.restart' : 'agent.explain'
  const proposal = {
    agent_waiting: fix('agent.attach', id),
    prompt_unconfirmed: fix('agent.attach', id),
    agent_limited:
      task === undefined ? 'wait for its end' : 'wait for its end, or give its task to another agent',
    agent_error: fix(act, id),
    agent_exited: fix(act, id),
    agent_stalled: fix(act, id),
  }[kind]
  return {
    issue: `${id} ${AGENT_ISSUE[kind]}${until}${task === undefined ? '' : ` at ${task.spec.id}`}`,
    blocker: reason,
    proposal,
    impact: task === undefined ? 'it takes no task' : sayWaiting(state, task.spec.id),
  }
}

/** Every task that could start, with what it lacks. */
function ofStuckRun(state: RunState): CauseText {
  const ready = [...state.tasks.values()].filter(({ status }) => status === 'READY')
  const pending = [...state.tasks.values()].filter(({ status }) => status === 'PENDING')
  const named = (ready.length > 0 ? ready : pending).slice(0, NAMED).map(({ spec }) => {
    const who = spec.agent ?? spec.role ?? spec.machine ?? 'any agent'
    return `${spec.id} (${who})`
  })
  return {
    issue: 'nothing moves: work is left, and nobody takes it',
    blocker: `${ready.length > 0 ? 'ready, and not taken' : 'waiting for each other'}: ${named.join(', ')}`,
    proposal: fix('agent.list'),
    impact: `${plural(ready.length + pending.length, 'task')} left`,
  }
}

/** All that needs it, in any number of steps. */
export function waitingFor(state: RunState, id: string): string[] {
  const { nodes } = indexOf(state).graph
  const seen = new Set<string>([id])
  const todo = [id]
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    for (const dependent of nodes.get(next)?.dependents ?? []) {
      if (seen.has(dependent)) continue
      seen.add(dependent)
      todo.push(dependent)
    }
  }
  seen.delete(id)
  return [...seen].filter((one) => state.tasks.has(askedId(one)))
}

function sayWaiting(state: RunState, id: string): string {
  const waiting = waitingFor(state, id)
  if (waiting.length === 0) return 'no other task waits for it'
  const more = waiting.length > NAMED ? `, and ${waiting.length - NAMED} more` : ''
  const verb = waiting.length === 1 ? 'waits' : 'wait'
  return `${plural(waiting.length, 'task')} ${verb} for it: ${waiting.slice(0, NAMED).join(', ')}${more}`
}
