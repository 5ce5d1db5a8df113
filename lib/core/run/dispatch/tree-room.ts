import type { MachineId } from '../../ids.js'
import { freePlaces } from '../../trees/free-slot.js'
import { checkoutOf } from '../../trees/spec.js'
import { holdsTree } from '../index/agent-tree.js'
import type { RunIndex } from '../index/index-run.js'
import type { AgentRecord, RunState, TaskRecord } from '../state.js'

/** How many more trees of each pool may be given out during one decision. */
export class TreeRoom {
  readonly #state: RunState
  readonly #index: RunIndex
  readonly #left = new Map<string, number>()

  constructor(state: RunState, index: RunIndex) {
    this.#state = state
    this.#index = index
  }

  /** False: its work needs a tree, and none is free there. */
  take(task: TaskRecord, agent: AgentRecord | null, machine: MachineId): boolean {
    const pool = poolOf(task, agent)
    if (pool === null) return true
    const left = this.#leftOf(pool, machine)
    if (left <= 0) return false
    this.#left.set(`${pool} ${machine}`, left - 1)
    return true
  }

  /** It has ended. */
  give(task: TaskRecord, agent: AgentRecord | null, machine: MachineId): void {
    const pool = poolOf(task, agent)
    if (pool !== null) this.#left.set(`${pool} ${machine}`, this.#leftOf(pool, machine) + 1)
  }

  #leftOf(name: string, machine: MachineId): number {
    const key = `${name} ${machine}`
    const known = this.#left.get(key)
    if (known !== undefined) return known
    const { layout, attempts } = this.#state
    const pool = layout?.trees.find(({ id }) => id === name)
    const repository = layout?.repositories.find(({ id }) => id === pool?.repository)
    if (pool === undefined || repository === undefined) return 0
    if (checkoutOf(repository, machine) === undefined) return 0
    let left = freePlaces(this.#state, pool, machine)
    for (const id of this.#index.liveAttempts) {
      const attempt = attempts.get(id)
      if (attempt?.machine === machine && attempt.tree?.pool === name && attempt.tree.slot === null) left -= 1
    }
    this.#left.set(key, left)
    return left
  }
}

/** null: it needs no tree, or its agent has one of its own. */
function poolOf({ spec }: TaskRecord, agent: AgentRecord | null): string | null {
  if (spec.act !== null || (agent !== null && holdsTree(agent.spec))) return null
  return spec.tree ?? agent?.spec.tree?.pool ?? null
}
