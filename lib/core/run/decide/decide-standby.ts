/** Workers that stand by: called when there is too much for the others, sent away when they are idle again. */
import type { AgentId } from '../../ids.js'
import type { StandbyReason } from '../../phases/plan-specs.js'
import { isDue, type Plan } from './plan.js'
import { agentState } from '../index/agent-state.js'
import { whyHeld } from '../index/why-held.js'
import type { Pool } from '../index/index-pools.js'
import { poolOf } from '../index/index-run.js'
import { agentCordon } from '../index/cordoned.js'
import { isReachable } from '../index/machine-reach.js'
import type { AgentRecord, RunState } from '../state.js'
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
  const need = state.phase === 'running' ? needIn(plan) : NO_NEED
  for (const id of index.standbys) {
    const agent = state.agents.get(id)
    if (agent === undefined) continue
    const isAway = agent.wanted === 'standby'
    // One at work stays: whether it is still needed is asked when it is idle.
    if (!isAway && !isIdle(plan, agent)) continue
    const call = callFor(need, agent)
    if (isAway) {
      if (call === null || !isReachable(state, agent.spec.machine)) continue
      if (agentCordon(state, agent) !== undefined) continue
      for (const [pool, tasks] of need.spare) if (mayTake(pool, id)) need.spare.set(pool, tasks - 1)
      plan.actions.push({
        key: `agent.call:${id}:${agent.generation}`,
        type: 'agent.call',
        agent: id,
        ...call,
      })
    } else if (call === null) {
      plan.actions.push({ key: `agent.release:${id}:${agent.generation}`, type: 'agent.release', agent: id })
    }
  }
}

/** What somebody who stands by may be called for. */
interface Need {
  /** By pool with ready work: how many tasks more than agents who are free for it, or come up. */
  readonly spare: Map<Pool, number>
  readonly held: readonly Held[]
}

interface Held {
  readonly agent: AgentRecord
  readonly reason: 'blocked' | 'limited'
  /** Waiting, error, exited: it says more than the reason. */
  readonly said: string
  /** Its attempt goes to somebody else. */
  readonly isMoving: boolean
}

const NO_NEED: Need = { spare: new Map(), held: [] }

function needIn(plan: Plan): Need {
  const { state } = plan
  const waiting = waitingIn(plan)
  const coming = new Set<AgentId>()
  const held: Held[] = []
  for (const agent of state.agents.values()) {
    if (waiting.size > 0 && isComing(state, agent)) coming.add(agent.spec.id)
    const reason = agent.spec.standby.length > 0 ? null : whyHeld(state, agent)
    if (reason === null) continue
    const isMoving = reason === 'limited' && agent.spec.onLimit === 'move' && agent.attempt !== null
    held.push({ agent, reason, said: agentState(state, agent), isMoving })
  }
  const spare = new Map([...waiting].map(([pool, tasks]) => [pool, tasks - countIn(pool, coming)]))
  return { spare, held }
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

/** It is free, or comes up. */
function isComing(state: RunState, agent: AgentRecord): boolean {
  if (agent.wanted !== 'running' || agent.attempt !== null) return false
  const { status } = agent.process
  const isComingUp = status === 'starting' || status === 'absent'
  const isUp = status === 'alive' && whyHeld(state, agent) === null
  return (isComingUp || isUp) && isReachable(state, agent.machine)
}

function countIn({ primaries, primarySet }: Pool, agents: ReadonlySet<AgentId>): number {
  let count = 0
  if (primaries.length <= agents.size) for (const id of primaries) count += Number(agents.has(id))
  else for (const id of agents) count += Number(primarySet.has(id))
  return count
}

function callFor({ spare, held }: Need, { spec }: AgentRecord): Call | null {
  const wants = (reason: StandbyReason) => spec.standby.includes(reason)
  if (wants('role_short')) {
    for (const [pool, tasks] of spare) {
      if (tasks <= 0 || !pool.primarySet.has(spec.id)) continue
      const what = tasks === 1 ? '1 task is ready' : `${tasks} tasks are ready`
      return { reason: 'role_short', why: `${what} that nobody is free for (${spec.role ?? 'any role'})` }
    }
  }
  if (!wants('blocked') && !wants('limited')) return null
  for (const { agent: other, reason, said, isMoving } of held) {
    if (other.spec.id === spec.id || other.spec.role !== spec.role || !wants(reason)) continue
    const isWaitedFor = [...spare.keys()].some(
      (pool) => pool.primarySet.has(other.spec.id) && mayTake(pool, spec.id),
    )
    if (isMoving || isWaitedFor) return { reason, why: `${other.spec.id} is ${said}, and work waits for it` }
  }
  return null
}

function isIdle(plan: Plan, agent: AgentRecord): boolean {
  if (agent.wanted !== 'running' || agent.process.status !== 'alive' || !isFree(agent)) return false
  return isDue(plan, Math.max(agent.lastUsedAt ?? 0, agent.process.since) + IDLE_MS)
}
