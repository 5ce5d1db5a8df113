import type { TaskId } from '../../ids.js'
import type { Millis } from '../../time.js'
import type { Tier } from '../../phases/plan-specs.js'

export interface Rank {
  readonly task: TaskId
  readonly tier: Tier
  readonly remainingMs: Millis
  readonly priority: number
  readonly seq: number
}

/** Who goes first: the tier, the priority in it (1 before 2), the longest way still behind it, the order of submission. */
export function compareRank(a: Rank, b: Rank): number {
  if (a.tier !== b.tier) return a.tier < b.tier ? -1 : 1
  return a.priority - b.priority || b.remainingMs - a.remainingMs || a.seq - b.seq
}

/** Tasks that may start, best first. A sorted array: moving 10,000 pointers costs less than a heap that forgets the order. */
export class ReadyList {
  readonly ranks: Rank[] = []
  readonly #known = new Map<TaskId, Rank>()

  get size(): number {
    return this.ranks.length
  }

  has(task: TaskId): boolean {
    return this.#known.has(task)
  }

  add(rank: Rank): void {
    if (this.#known.has(rank.task)) return
    this.#known.set(rank.task, rank)
    this.ranks.splice(this.#place(rank), 0, rank)
  }

  delete(task: TaskId): void {
    const rank = this.#known.get(task)
    if (rank === undefined) return
    this.#known.delete(task)
    this.ranks.splice(this.#place(rank), 1)
  }

  /** The first place whose rank is not before `rank`. */
  #place(rank: Rank): number {
    let low = 0
    let high = this.ranks.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compareRank(this.ranks[middle]!, rank) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
