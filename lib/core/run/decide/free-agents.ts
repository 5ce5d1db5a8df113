/** The agents that can take a task now, and which of them should. */
import type { AgentId, MachineId } from '../../ids.js'
import { AGENT_TYPES } from '../../layout/agent-types.js'
import { isDue, type Plan } from './plan.js'
import type { Pool } from '../index/index-pools.js'
import { isThere } from '../index/agent-state.js'
import { waitsForTask } from '../index/agent-tree.js'
import { whyHeld } from '../index/why-held.js'
import type { MachineRoom } from './machine-room.js'
import type { TreeRoom } from './tree-room.js'
import type { AgentRecord, TaskRecord } from '../state.js'

/** Agents of one pool by machine, the one that has rested longest first. */
type Shelf = Map<MachineId, AgentRecord[]>

const CANNOT = new Set(['starting', 'waiting', 'limited', 'error', 'exited', 'unknown'])

export function isFree(agent: AgentRecord): boolean {
  if (agent.wanted !== 'running' || agent.restartRequested) return false
  if (waitsForTask(agent)) return !isThere(agent)
  if (agent.process.status !== 'alive' || agent.attempt !== null) return false
  if (agent.mode === 'headless' || !AGENT_TYPES[agent.spec.behaviour].readyUnseen)
    return agent.observation?.state === 'idle'
  return agent.observation === null || !CANNOT.has(agent.observation.state)
}

export class FreeAgents {
  readonly #plan: Plan
  readonly #room: MachineRoom
  readonly #trees: TreeRoom
  readonly #free = new Map<AgentId, AgentRecord>()
  readonly #shelves = new Map<string, Shelf>()
  /** Agents for whom a task waits that names them. */
  readonly #spoken = new Set<AgentId>()

  constructor(plan: Plan, room: MachineRoom, trees: TreeRoom) {
    this.#plan = plan
    this.#room = room
    this.#trees = trees
    for (const agent of plan.state.agents.values()) {
      if (!isFree(agent) || !isDue(plan, agent.coolUntil) || room.left(agent.machine) <= 0) continue
      this.#free.set(agent.spec.id, agent)
    }
    for (const pool of plan.index.pools.values()) {
      if (pool.primaries.length === 1 && pool.ready.size > 0) this.#spoken.add(pool.primaries[0]!)
    }
  }

  get isEmpty(): boolean {
    return this.#free.size === 0
  }

  countFor(pool: Pool, fallBack: boolean): number {
    let count = 0
    for (const agents of this.#shelf(pool, fallBack).values()) count += agents.length
    return count
  }

  /** Prefers the machine where what it needs was made, then whoever has rested longest; never twice the same in one decision. */
  take(task: TaskRecord, pool: Pool, fallBack: boolean): AgentRecord | undefined {
    // Whoever would get no tree now is passed over in this decision.
    for (;;) {
      const best = this.#best(task, pool, fallBack)
      if (best === undefined) return undefined
      this.#free.delete(best.spec.id)
      if (!this.#trees.take(task, best, best.machine)) continue
      this.#room.take(best.machine)
      return best
    }
  }

  #best(task: TaskRecord, pool: Pool, fallBack: boolean): AgentRecord | undefined {
    const shelf = this.#shelf(pool, fallBack)
    const failed = this.#lastAgent(task)
    let best: AgentRecord | undefined
    const near = this.#nearness(task)
    let bestNear = -1
    for (const [machine, agents] of shelf) {
      if (this.#room.left(machine) <= 0) continue
      const agent = this.#first(agents, failed)
      if (agent === undefined) continue
      const closeness = near.get(machine) ?? 0
      if (best !== undefined && closeness < bestNear) continue
      if (best !== undefined && closeness === bestNear && this.#compare(agent, best, failed) >= 0) continue
      best = agent
      bestNear = closeness
    }
    return best
  }

  #first(agents: AgentRecord[], failed: AgentId | null): AgentRecord | undefined {
    while (agents.length > 0 && !this.#free.has(agents[0]!.spec.id)) agents.shift()
    const first = agents[0]
    if (first === undefined || first.spec.id !== failed) return first
    return agents.find((agent) => agent !== first && this.#free.has(agent.spec.id)) ?? first
  }

  #shelf(pool: Pool, fallBack: boolean): Shelf {
    const known = this.#shelves.get(pool.key)
    if (known !== undefined) return known
    const agents = this.#members(pool.primaries, pool.primarySet)
    if (agents.length === 0 && fallBack)
      agents.push(...this.#members(pool.fallbacks, new Set(pool.fallbacks)))
    if (agents.length === 0 && pool.standIns.length > 0) agents.push(...this.#standIns(pool))
    agents.sort((a, b) => this.#compare(a, b, null))
    const shelf: Shelf = new Map()
    for (const agent of agents) {
      const list = shelf.get(agent.machine)
      if (list === undefined) shelf.set(agent.machine, [agent])
      else list.push(agent)
    }
    this.#shelves.set(pool.key, shelf)
    return shelf
  }

  /** For work that names an agent who is held up: who was called for that reason. */
  #standIns(pool: Pool): AgentRecord[] {
    const { state } = this.#plan
    const held = pool.primaries.map((id) => {
      const agent = state.agents.get(id)
      return agent === undefined ? null : whyHeld(state, agent)
    })
    const reason = held[0] ?? null
    if (reason === null || held.includes(null)) return []
    return this.#members(pool.standIns, new Set(pool.standIns)).filter(({ spec }) =>
      spec.standby.includes(reason),
    )
  }

  #members(ids: readonly AgentId[], set: ReadonlySet<AgentId>): AgentRecord[] {
    if (ids.length <= this.#free.size) {
      return ids.flatMap((id) => this.#free.get(id) ?? [])
    }
    return [...this.#free.values()].filter((agent) => set.has(agent.spec.id))
  }

  #compare(a: AgentRecord, b: AgentRecord, failed: AgentId | null): number {
    const last = Number(a.spec.id === failed) - Number(b.spec.id === failed)
    const standby = Number(a.spec.standby.length > 0) - Number(b.spec.standby.length > 0)
    const spoken = Number(this.#spoken.has(a.spec.id)) - Number(this.#spoken.has(b.spec.id))
    const used =
      (a.lastUsedAt ?? -Infinity) === (b.lastUsedAt ?? -Infinity)
        ? 0
        : (a.lastUsedAt ?? -Infinity) - (b.lastUsedAt ?? -Infinity)
    return last || standby || spoken || used || (a.spec.id < b.spec.id ? -1 : a.spec.id > b.spec.id ? 1 : 0)
  }

  #nearness(task: TaskRecord): ReadonlyMap<MachineId, number> {
    const counts = new Map<MachineId, number>()
    const { state } = this.#plan
    for (const need of task.spec.needs.slice(0, 50)) {
      const last = state.tasks.get(need as TaskRecord['spec']['id'])?.attempts.at(-1)
      const machine = last === undefined ? undefined : state.attempts.get(last)?.machine
      if (machine !== undefined) counts.set(machine, (counts.get(machine) ?? 0) + 1)
    }
    return counts
  }

  /** Who failed at it last: somebody else goes first. */
  #lastAgent(task: TaskRecord): AgentId | null {
    const last = task.attempts.at(-1)
    return last === undefined ? null : (this.#plan.state.attempts.get(last)?.agent ?? null)
  }
}
