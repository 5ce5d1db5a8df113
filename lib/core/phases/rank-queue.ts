import { Heap } from '../run/dispatch/heap.js'
import type { Queue } from '../run/dispatch/shelf.js'
import { compareRank, type Rank } from '../run/index/index-ready.js'

/** Ready tasks of a schedule: they only come and go, and nobody looks at the rest of them. */
export class RankQueue implements Queue {
  readonly #heap = new Heap<Rank>((a, b) => compareRank(a, b) < 0)
  readonly #skipped: Rank[] = []

  get first(): Rank | undefined {
    return this.#heap.first
  }

  add(rank: Rank): void {
    this.#heap.add(rank)
  }

  take(): void {
    this.#heap.take()
  }

  skip(): void {
    this.#skipped.push(this.#heap.take()!)
  }

  restore(): void {
    for (const rank of this.#skipped.splice(0)) this.#heap.add(rank)
  }
}
