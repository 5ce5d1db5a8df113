/** Pure views of the state for `status`, `wait`, the monitor and the report. */
import { needsYou } from '../../protocol/needs-you.js'
import type { StatusSummary } from '../../protocol/status.js'
import type { Millis } from '../../time.js'
import { isLeftOut } from '../../phases/left-out.js'
import { agentState, isListed } from '../index/agent-state.js'
import { attentionList } from './attention.js'
import { indexOf } from '../index/index-run.js'
import { isoTime } from '../../iso-time.js'
import type { RunState } from '../state.js'

export { agentState, isListed } from '../index/agent-state.js'
export { gateRow } from '../../gates/gate-row.js'
export { agentRow, machineRow, taskRow } from './status-rows.js'

/** The wave of a task, from 1. */
export function waveOf(state: RunState, task: string): number {
  return indexOf(state).graph.nodes.get(task)?.wave ?? 1
}

/** 0…1: the share of tasks that are COMPLETED. Only what was verified counts, so it never goes back by itself. */
export function progressOf(state: RunState): number {
  let all = 0
  let done = 0
  for (const task of state.tasks.values()) {
    if (isLeftOut(task)) continue
    all += 1
    if (task.status === 'COMPLETED') done += 1
  }
  if (all === 0) return 0
  return done === all ? 1 : Math.min(0.999, Math.round((done / all) * 1000) / 1000)
}

/** `endAt`: when the run is expected to end, by the forecast; null: nothing can be said. */
export function summaryOf(state: RunState, now: Millis, endAt: Millis | null = null): StatusSummary {
  const agents = {
    working: 0,
    quiet: 0,
    waiting: 0,
    idle: 0,
    limited: 0,
    error: 0,
    starting: 0,
    stopping: 0,
    exited: 0,
    unknown: 0,
  }
  let agentCount = 0
  for (const agent of state.agents.values()) {
    if (!isListed(agent)) continue
    agentCount += 1
    agents[agentState(state, agent)] += 1
  }
  const tasks = { PENDING: 0, READY: 0, IN_PROGRESS: 0, COMPLETED: 0, FAILED: 0, BLOCKED: 0, CANCELLED: 0 }
  let taskCount = 0
  for (const task of state.tasks.values()) {
    if (isLeftOut(task)) continue
    taskCount += 1
    tasks[task.status] += 1
  }
  const attention = attentionList(state, now)
  return {
    agents: agentCount,
    working: agents.working,
    waiting: agents.waiting,
    idle: agents.idle,
    quiet: agents.quiet,
    limited: agents.limited,
    error: agents.error,
    tasks: taskCount,
    completed: tasks.COMPLETED,
    failed: tasks.FAILED,
    blocked: tasks.BLOCKED,
    in_progress: tasks.IN_PROGRESS,
    progress: progressOf(state),
    eta: isoTime(endAt),
    needs_you: needsYou(attention),
    attention,
  }
}
