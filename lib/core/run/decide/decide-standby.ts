/** Workers that stand by: called when there is too much for the others, sent away when they are idle again. */
import type { AgentId } from '../../ids.js'
import type { StandbyReason } from '../../phases/plan-specs.js'
import { isDue, type Plan } from './plan.js'
import { agentState } from '../index/agent-state.js'
import { whyHeld } from '../index/why-held.js'
import type { Pool } from '../index/index-pools.js'
import { poolOf } from '../index/index-run.js'
import { isReachable } from '../index/machine-reach.js'
import type { AgentRecord } from '../state.js'
import { isFree } from './free-agents.js'

/** A task that follows at once finds it still there. */
const IDLE_MS = 10_000

interface Call {
  readonly reason: StandbyReason
  /** For a person to read. */
  readonly why: string
}

export function decideStandby(plan: Plan): void {
  const { state, index } = plan
  if (index.standbys.length === 0) return
  const waiting = state.phase === 'running' ? waitingIn(plan) : new Map<Pool, number>()
  const spare = new Map([...waiting].map(([pool, tasks]) => [pool, tasks - comingTo(plan, pool)]))
  for (const id of index.standbys) {
    const agent = state.agents.get(id)
    if (agent === undefined) continue
    const call = state.phase === 'running' ? callFor(plan, agent, spare) : null
    if (agent.wanted === 'standby') {
      if (call === null || !isReachable(state, agent.spec.machine)) continue
      for (const [pool, tasks] of spare) if (mayTake(pool, id)) spare.set(pool, tasks - 1)
      plan.actions.push({
        key: `agent.call:${id}:${agent.generation}`,
        type: 'agent.call',
        agent: id,
        ...call,
      })
    } else if (call === null && isIdle(plan, agent)) {
      plan.actions.push({ key: `agent.release:${id}:${agent.generation}`, type: 'agent.release', agent: id })
    }
  }
}

/** Tasks of each pool that may start now, those whose pause before the next try is over too. */
function waitingIn({ state, index, now }: Plan): Map<Pool, number> {
  const waiting = new Map<Pool, number>()
  for (const pool of index.pools.values()) if (pool.ready.size > 0) waiting.set(pool, pool.ready.size)
  for (const id of index.delayed) {
    const task = state.tasks.get(id)
    if (task === undefined || task.spec.kind === 'command' || (task.notBefore ?? 0) > now) continue
    const pool = poolOf(state, index, task)
    waiting.set(pool, (waiting.get(pool) ?? 0) + 1)
  }
  return waiting
}

function mayTake(pool: Pool, id: AgentId): boolean {
  return pool.primarySet.has(id) || pool.fallbacks.includes(id) || pool.standIns.includes(id)
}

/** Those who are free for the tasks of a pool, or come up for them. */
function comingTo({ state }: Plan, pool: Pool): number {
  let count = 0
  for (const id of pool.primaries) {
    const agent = state.agents.get(id)
    if (agent === undefined || agent.wanted !== 'running' || agent.attempt !== null) continue
    const isComing = agent.process.status === 'starting' || agent.process.status === 'absent'
    const isUp = agent.process.status === 'alive' && whyHeld(state, agent) === null
    if ((isComing || isUp) && isReachable(state, agent.machine)) count += 1
  }
  return count
}

function callFor({ state }: Plan, { spec }: AgentRecord, spare: ReadonlyMap<Pool, number>): Call | null {
  const wants = (reason: StandbyReason) => spec.standby.includes(reason)
  if (wants('role_short')) {
    for (const [pool, tasks] of spare) {
      if (tasks <= 0 || !pool.primarySet.has(spec.id)) continue
      const what = tasks === 1 ? '1 task is ready' : `${tasks} tasks are ready`
      return { reason: 'role_short', why: `${what} that nobody is free for (${spec.role ?? 'any role'})` }
    }
  }
  if (!wants('blocked') && !wants('limited')) return null
  for (const other of state.agents.values()) {
    if (other.spec.id === spec.id || other.spec.standby.length > 0 || other.spec.role !== spec.role) continue
    const held = whyHeld(state, other)
    if (held === null || !wants(held)) continue
    const isMoving = held === 'limited' && other.spec.onLimit === 'move' && other.attempt !== null
    const isWaitedFor = [...spare.keys()].some(
      (pool) => pool.primarySet.has(other.spec.id) && mayTake(pool, spec.id),
    )
    if (!isMoving && !isWaitedFor) continue
    // Its state says more than the kind: waiting, error, exited.
    return { reason: held, why: `${other.spec.id} is ${agentState(state, other)}, and work waits for it` }
  }
  return null
}

function isIdle(plan: Plan, agent: AgentRecord): boolean {
  if (agent.wanted !== 'running' || agent.process.status !== 'alive' || !isFree(agent)) return false
  return isDue(plan, Math.max(agent.lastUsedAt ?? 0, agent.process.since) + IDLE_MS)
}
