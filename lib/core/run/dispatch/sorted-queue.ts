import { compareRank, type Rank } from '../index/index-ready.js'
import type { Queue } from './shelf.js'

/** For one decision: a sorted list that stays as it is, and a few ranks beside it. */
export class SortedQueue implements Queue {
  readonly #ranks: readonly Rank[]
  readonly #others: readonly Rank[]
  #at = 0
  #otherAt = 0

  constructor(ranks: readonly Rank[], others: readonly Rank[] = []) {
    this.#ranks = ranks
    this.#others = others.toSorted(compareRank)
  }

  get first(): Rank | undefined {
    const [a, b] = [this.#ranks[this.#at], this.#others[this.#otherAt]]
    return b !== undefined && (a === undefined || compareRank(b, a) < 0) ? b : a
  }

  take(): void {
    if (this.first === this.#ranks[this.#at]) this.#at += 1
    else this.#otherAt += 1
  }

  skip(): void {
    this.take()
  }

  restore(): void {}
}
