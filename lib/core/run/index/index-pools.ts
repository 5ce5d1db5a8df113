/** A pool: tasks that the same agents may take. */
import type { AgentId, TaskId } from '../../ids.js'
import type { AgentSpec } from '../../layout/model.js'
import { ReadyList } from './index-ready.js'
import { takesTree } from '../../layout/check-trees.js'
import { startsPerAttempt } from './agent-tree.js'
import { isGone } from './machine-reach.js'
import type { AgentRecord, RunState, TaskRecord } from '../state.js'

export interface Pool {
  readonly key: string
  readonly members: Set<TaskId>
  readonly ready: ReadyList
  /** Those it was meant for. */
  readonly primaries: readonly AgentId[]
  readonly primarySet: ReadonlySet<AgentId>
  /** Those who may take over when none of the primaries is there. */
  readonly fallbacks: readonly AgentId[]
  /** Of the same role, standing by, for tasks that name an agent who is blocked or limited. */
  readonly standIns: readonly AgentId[]
  /** Nobody can do these tasks, and nobody who could will come by itself. */
  hopeless: boolean
}

/**
 * `there`: it works, or comes by itself. `away`: it may come back, others need not wait for it. `never`: only a person
 * brings it back.
 */
export type Availability = 'there' | 'away' | 'never'

export function availability(state: RunState, agent: AgentRecord): Availability {
  if (agent.wanted === 'standby') return isGone(state, agent.machine) ? 'away' : 'there'
  if (agent.wanted !== 'running') return 'never'
  const staysAway = agent.process.status === 'exited' && agent.restartAt === null && !agent.restartRequested
  if (staysAway && !startsPerAttempt(agent.spec)) return 'never'
  if (isGone(state, agent.machine)) return 'away'
  if (agent.spec.onLimit === 'move' && agent.observation?.state === 'limited') return 'away'
  return 'there'
}

export function poolKey(task: TaskRecord): string {
  const { agent, role, fallback, workers, tree } = task.spec
  const wanted = agent !== null ? `agent ${agent}` : role !== null ? `role ${role}` : 'any'
  const among = workers.length === 0 ? '' : ` of ${workers.join(' ')}`
  const inTree = tree === null ? '' : ` in ${tree}`
  return `${task.onFallback ? 'fallback of ' : ''}${wanted} or ${fallback ?? ''}${among}${inTree}`
}

export function makePool(state: RunState, task: TaskRecord): Pool {
  const { workers, tree } = task.spec
  const may = (id: AgentId) => {
    if (workers.length > 0 && !workers.includes(id)) return false
    const spec = tree === null ? undefined : state.agents.get(id)?.spec
    return tree === null || (spec !== undefined && takesTree(spec, tree))
  }
  const own = primariesOf(state, task.spec).filter(may)
  const others = fallbacksOf(state, task.spec.fallback, own).filter(may)
  const primaries = task.onFallback ? others : own
  const pool: Pool = {
    key: poolKey(task),
    members: new Set(),
    ready: new ReadyList(),
    primaries,
    primarySet: new Set(primaries),
    fallbacks: task.onFallback ? [] : others,
    standIns: standInsOf(state, task.spec).filter(may),
    hopeless: false,
  }
  pool.hopeless = isHopeless(state, pool)
  return pool
}

export function isHopeless(state: RunState, pool: Pool): boolean {
  const may = (id: AgentId) => {
    const agent = state.agents.get(id)
    return agent !== undefined && availability(state, agent) !== 'never'
  }
  const standIn = (id: AgentId) => may(id) && state.agents.get(id)?.spec.standby.includes('blocked') === true
  return !pool.primaries.some(may) && !pool.fallbacks.some(may) && !pool.standIns.some(standIn)
}

/** None of those it was meant for is there: the fallbacks may take it. */
export function mayFallBack(state: RunState, pool: Pool): boolean {
  return (
    pool.fallbacks.length > 0 &&
    !pool.primaries.some((id) => {
      const agent = state.agents.get(id)
      return agent !== undefined && availability(state, agent) === 'there'
    })
  )
}

/** Says for a person why nobody can do a task of this pool. */
export function whyHopeless(state: RunState, task: TaskRecord, pool: Pool): string {
  const { agent, role, workers, phase } = task.spec
  const who = agent !== null ? `agent ${agent}` : role !== null ? `an agent of role ${role}` : 'an agent'
  const known = [...pool.primaries, ...pool.fallbacks]
  if (known.length === 0 && workers.length > 0)
    return `nobody can do it: needs ${who} among the workers of ${phase ?? 'its phase'}`
  if (known.length === 0) return `nobody can do it: needs ${who}, the layout has none`
  const reasons = known.slice(0, 3).map((id) => `${id} ${whyNever(state.agents.get(id))}`)
  if (known.length > 3) reasons.push(`and ${known.length - 3} more`)
  return `nobody can do it: ${reasons.join(', ')}`
}

function whyNever(agent: AgentRecord | undefined): string {
  if (agent === undefined || agent.wanted === 'removed') return 'was removed'
  if (agent.wanted === 'stopped') return 'was stopped'
  if (agent.process.status === 'exited') return `has exited (${agent.process.reason})`
  return 'is not there'
}

function primariesOf(state: RunState, spec: TaskRecord['spec']): readonly AgentId[] {
  if (spec.agent !== null) return state.agents.has(spec.agent) ? [spec.agent] : []
  return agentsNamed(state, (agent) => spec.role === null || agent.role === spec.role)
}

function fallbacksOf(state: RunState, first: string | null, own: readonly AgentId[]): readonly AgentId[] {
  const found = new Set<AgentId>()
  const asked = new Set<string>()
  const names = [first, ...own.map((id) => state.agents.get(id)?.spec.fallback ?? null)]
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    if (name === null || asked.has(name)) continue
    asked.add(name)
    for (const id of agentsNamed(state, (agent) => agent.id === name || agent.role === name)) {
      if (found.has(id) || own.includes(id)) continue
      found.add(id)
      names.push(state.agents.get(id)?.spec.fallback ?? null)
    }
  }
  return [...found]
}

/** A task for anybody of a role is theirs anyway. */
function standInsOf(state: RunState, spec: TaskRecord['spec']): readonly AgentId[] {
  const named = spec.agent === null ? undefined : state.agents.get(spec.agent)?.spec
  if (named === undefined) return []
  return agentsNamed(
    state,
    ({ id, role, standby }) =>
      id !== named.id && role === named.role && standby.some((reason) => reason !== 'role_short'),
  )
}

function agentsNamed(state: RunState, wanted: (agent: AgentSpec) => boolean): AgentId[] {
  const found: AgentId[] = []
  for (const agent of state.agents.values()) {
    if (agent.wanted !== 'removed' && wanted(agent.spec)) found.push(agent.spec.id)
  }
  return found
}
