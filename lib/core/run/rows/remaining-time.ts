import { criticalPath } from '../../dag/critical-path.js'
import { buildGraph, type TaskNode } from '../../dag/graph.js'
import { expectedSchedule } from '../../dag/makespan.js'
import type { Millis } from '../../time.js'
import { countedMs } from '../index/attempt-clock.js'
import { availability, makePool, poolKey, type Pool } from '../index/index-pools.js'
import type { RunState, TaskRecord } from '../state.js'

/** Beyond this many open tasks a bound has to do: a schedule would cost more than it tells. */
const MAX_SCHEDULED = 300
const FALLBACK_FACTOR = 1.5

/** How long the rest will take, by the estimates and the agents that are there; null: nothing can be said. */
export function remainingTimeMs(state: RunState, now: Millis): Millis | null {
  if (state.phase !== 'running' && state.phase !== 'paused') return null
  const open = [...state.tasks.values()].filter(
    ({ status }) => status === 'PENDING' || status === 'READY' || status === 'IN_PROGRESS',
  )
  if (open.length === 0) return null
  const crews = new Map<string, Crew>()
  const nodes: TaskNode[] = []
  for (const task of open) {
    const slow = task.onFallback || crewOf(state, task, crews).fallback ? FALLBACK_FACTOR : 1
    nodes.push({
      id: task.spec.id,
      needs: task.spec.needs,
      estimateMs: leftOf(state, task, now) * slow,
      priority: task.spec.priority,
    })
  }
  const ids = new Set(nodes.map((node) => node.id))
  const gates = [...state.gates.values()].filter((gate) => gate.status !== 'open').map((gate) => gate.spec)
  for (const { id } of gates) ids.add(id)
  const left = nodes.map((node) => ({ ...node, needs: node.needs.filter((need) => ids.has(need)) }))
  const graph = buildGraph(left, gates)
  if (open.some((task) => task.spec.kind === 'prompt' && crewOf(state, task, crews).agents.length === 0)) {
    return null
  }
  if (open.length > MAX_SCHEDULED) return Math.max(criticalPath(graph).ms, busiest(state, left, crews))
  return expectedSchedule(graph, (id) => {
    const task = state.tasks.get(id as TaskRecord['spec']['id'])
    return task === undefined || task.spec.kind === 'command' ? [] : crewOf(state, task, crews).agents
  }).ms
}

interface Crew {
  readonly agents: readonly string[]
  readonly fallback: boolean
}

function crewOf(state: RunState, task: TaskRecord, crews: Map<string, Crew>): Crew {
  const last = task.attempts.at(-1)
  const busy = last === undefined ? undefined : state.attempts.get(last)
  if (busy !== undefined && busy.phase !== 'ended' && busy.agent !== null) {
    return { agents: [busy.agent], fallback: false }
  }
  const key = poolKey(task)
  let crew = crews.get(key)
  if (crew === undefined) {
    crew = crewFrom(state, makePool(state, task))
    crews.set(key, crew)
  }
  return crew
}

function crewFrom(state: RunState, pool: Pool): Crew {
  const may = (wanted: 'there' | 'away') => (id: (typeof pool.primaries)[number]) => {
    const agent = state.agents.get(id)
    return agent !== undefined && availability(state, agent) === wanted
  }
  const own = pool.primaries.filter(may('there'))
  if (own.length > 0) return { agents: own, fallback: false }
  const others = pool.fallbacks.filter(may('there'))
  if (others.length > 0) return { agents: others, fallback: true }
  return { agents: [...pool.primaries, ...pool.fallbacks].filter(may('away')), fallback: false }
}

/** The crew with the most work for each of its agents. */
function busiest(state: RunState, nodes: readonly TaskNode[], crews: Map<string, Crew>): Millis {
  const work = new Map<string, { ms: Millis; agents: number }>()
  for (const node of nodes) {
    const task = state.tasks.get(node.id as TaskRecord['spec']['id'])
    if (task === undefined || task.spec.kind === 'command') continue
    const key = poolKey(task)
    const known = work.get(key) ?? { ms: 0, agents: Math.max(1, crews.get(key)?.agents.length ?? 1) }
    known.ms += node.estimateMs
    work.set(key, known)
  }
  return Math.max(0, ...[...work.values()].map(({ ms, agents }) => ms / agents))
}

/** What is left of one task: by the progress that it reported, else by its estimate; one that is overdue gets a tenth more. */
function leftOf(state: RunState, task: TaskRecord, now: Millis): Millis {
  const { estimateMs } = task.spec
  const last = task.attempts.at(-1)
  const attempt = last === undefined ? undefined : state.attempts.get(last)
  if (task.status !== 'IN_PROGRESS' || attempt === undefined) return estimateMs
  if (attempt.phase === 'verifying') return 0
  const spent = countedMs(attempt, now)
  if (attempt.progress !== null && attempt.progress > 0.05) {
    return (Math.max(0, spent) * (1 - attempt.progress)) / attempt.progress
  }
  return spent < estimateMs ? estimateMs - spent : estimateMs / 10
}
