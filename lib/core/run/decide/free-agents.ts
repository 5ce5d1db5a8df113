/** The agents that can take a task now. */
import { askedId, type AgentId } from '../../ids.js'
import { AGENT_TYPES } from '../../layout/agent-types.js'
import { isDue, type Plan } from './plan.js'
import type { Worker } from '../dispatch/shelf.js'
import { agentCordon } from '../index/cordoned.js'
import type { Pool } from '../index/index-pools.js'
import { isThere } from '../index/agent-state.js'
import { waitsForTask } from '../index/agent-tree.js'
import { whyHeld } from '../index/why-held.js'
import type { MachineRoom } from './machine-room.js'
import type { AgentRecord } from '../state.js'
import { isAtRest } from '../../words.js'

const CANNOT = new Set(['starting', 'waiting', 'limited', 'error', 'exited', 'unknown'])

export function isFree(agent: AgentRecord): boolean {
  if (agent.wanted !== 'running' || agent.restartRequested) return false
  if (waitsForTask(agent)) return !isThere(agent)
  if (agent.process.status !== 'alive' || agent.attempt !== null) return false
  if (agent.mode === 'headless' || !AGENT_TYPES[agent.spec.behaviour].readyUnseen)
    return agent.observation !== null && isAtRest(agent.observation.state)
  return agent.observation === null || !CANNOT.has(agent.observation.state)
}

export class FreeAgents {
  readonly #plan: Plan
  readonly #free = new Map<AgentId, Worker>()

  constructor(plan: Plan, room: MachineRoom) {
    this.#plan = plan
    for (const agent of plan.state.agents.values()) {
      if (agentCordon(plan.state, agent) !== undefined) continue
      if (!isFree(agent) || !isDue(plan, agent.coolUntil) || room.left(agent.machine) <= 0) continue
      this.#free.set(agent.spec.id, {
        id: agent.spec.id,
        machine: agent.machine,
        standby: agent.spec.standby.length > 0,
        teams: [],
        free: true,
        turn: 0,
        lastUsedAt: agent.lastUsedAt ?? -Infinity,
      })
    }
  }

  get isEmpty(): boolean {
    return this.#free.size === 0
  }

  /** Those that the pool is for; else those who take over from them; else those who stand in for an agent that is held up. */
  of(pool: Pool, fallBack: boolean): readonly Worker[] {
    const own = this.#members(pool.primaries, pool.primarySet)
    if (own.length > 0) return own
    const others = fallBack ? this.#members(pool.fallbacks, new Set(pool.fallbacks)) : []
    return others.length > 0 || pool.standIns.length === 0 ? others : this.#standIns(pool)
  }

  /** For work that names an agent who is held up: who was called for that reason. */
  #standIns(pool: Pool): readonly Worker[] {
    const { state } = this.#plan
    const held = pool.primaries.map((id) => {
      const agent = state.agents.get(id)
      return agent === undefined ? null : whyHeld(state, agent)
    })
    const reason = held[0] ?? null
    if (reason === null || held.includes(null)) return []
    return this.#members(pool.standIns, new Set(pool.standIns)).filter(({ id }) =>
      state.agents.get(askedId(id))?.spec.standby.includes(reason),
    )
  }

  #members(ids: readonly AgentId[], set: ReadonlySet<AgentId>): readonly Worker[] {
    if (ids.length <= this.#free.size) return ids.flatMap((id) => this.#free.get(id) ?? [])
    return [...this.#free].flatMap(([id, worker]) => (set.has(id) ? [worker] : []))
  }
}
