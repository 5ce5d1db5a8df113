import { waitsForTask } from '../run/index/agent-tree.js'
import { isListed } from '../run/index/agent-state.js'
import { progressOf } from '../run/rows/selectors.js'
import type { AgentRecord, RunState, TaskRecord } from '../run/state.js'
import { safeText } from '../text/safe-text.js'
import { field, type ReportSection } from './document.js'
import {
  blockedTasks,
  completedIn,
  dateOf,
  dayOf,
  named,
  sayEta,
  sayReason,
  tasksWith,
  upNext,
  workerOf,
  type Facts,
} from './facts.js'

/** Of a team of any size. */
const GOALS = 10

/** Those who take tasks. */
export function workersOf(state: RunState): AgentRecord[] {
  return [...state.agents.values()].filter((agent) => isListed(agent) && agent.spec.behaviour !== 'shell')
}

/** `## Daily Standup - [Date] - Worker N` */
export function standup(facts: Facts, worker: AgentRecord): ReportSection {
  const { state, now } = facts
  const { id } = worker.spec
  const mine = (task: TaskRecord) => workerOf(state, task) === id
  const current = tasksWith(state, 'IN_PROGRESS').find(mine)
  const today = [
    ...completedIn(state, dayOf(facts))
      .filter(mine)
      .map((task) => `done: ${named(task)}`),
    ...(current === undefined ? [] : [`in progress: ${named(current)}`]),
    ...upNext(state, worker)
      .slice(0, 1)
      .map((task) => `next: ${named(task)}`),
  ]
  return {
    heading: `Daily Standup - [${dateOf(facts, now)}] - Worker ${id}`,
    fields: [
      field('Yesterday', completedIn(state, dayOf(facts, 1)).filter(mine).map(named), 'nothing completed'),
      field('Today', today, 'no task'),
      field('Blockers', blockersOf(facts, worker, mine)),
      field(
        'ETA',
        current === undefined ? null : `${current.spec.id}: ${sayEta(facts, current)}`,
        'no task in progress',
      ),
    ],
  }
}

function blockersOf({ state }: Facts, worker: AgentRecord, mine: (task: TaskRecord) => boolean): string[] {
  const seen = worker.observation
  const own =
    seen?.state === 'limited' || seen?.state === 'waiting' || seen?.state === 'error'
      ? [`${worker.spec.id} is ${seen.state}${seen.text === null ? '' : `: ${safeText(seen.text)}`}`]
      : worker.process.status === 'exited' && worker.wanted === 'running' && !waitsForTask(worker)
        ? [`${worker.spec.id} has exited: ${safeText(worker.process.reason)}`]
        : []
  return [
    ...own,
    ...blockedTasks(state)
      .filter(mine)
      .map((task) => `${task.spec.id}: ${sayReason(task)}`),
  ]
}

/** `## Team Status - [Date]` */
export function synthesis(facts: Facts): ReportSection {
  const { state, now } = facts
  const goals = [...tasksWith(state, 'IN_PROGRESS'), ...upNext(state)].filter((task) => {
    const eta = facts.etaOf(task.spec.id)
    return eta === null ? task.status === 'IN_PROGRESS' : eta <= now + 86_400_000
  })
  const more = goals.length > GOALS ? [`and ${goals.length - GOALS} more`] : []
  return {
    heading: `Team Status - [${dateOf(facts, now)}]`,
    fields: [
      field('Overall Progress %', sayProgress(state)),
      field('Completed Today', completedIn(state, dayOf(facts)).map(named), 'nothing'),
      field('In Progress (with ETA)', inProgress(facts), 'nothing'),
      field('Blocked (with reason)', blocked(facts), 'nothing'),
      field('Next 24h Goals', [...goals.slice(0, GOALS).map(named), ...more], 'nothing is left to be done'),
    ],
  }
}

export function inProgress(facts: Facts): string[] {
  return tasksWith(facts.state, 'IN_PROGRESS').map((task) => {
    const worker = workerOf(facts.state, task)
    return `${named(task)}${worker === null ? '' : ` (${worker})`}, ETA ${sayEta(facts, task)}`
  })
}

export function blocked({ state }: Facts): string[] {
  return blockedTasks(state).map((task) => `${task.spec.id}: ${sayReason(task)}`)
}

function sayProgress(state: RunState): string {
  const tasks = [...state.tasks.values()].filter(({ spec }) => state.tasks.has(spec.id) && !spec.disabled)
  const done = tasks.filter(({ status }) => status === 'COMPLETED').length
  return `${Math.round(progressOf(state) * 100)} % (${done}/${tasks.length})`
}
