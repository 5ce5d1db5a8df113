import { Heap } from '../run/dispatch/heap.js'
import type { Millis } from '../time.js'

/** What comes next, earliest first; things of the same instant in the order in which they were added. */
export class TimeQueue<T> {
  readonly #heap = new Heap<{ readonly at: Millis; readonly seq: number; readonly what: T }>(
    (a, b) => a.at < b.at || (a.at === b.at && a.seq < b.seq),
  )
  #seq = 0

  get next(): Millis | null {
    return this.#heap.first?.at ?? null
  }

  add(at: Millis, what: T): void {
    this.#heap.add({ at, seq: this.#seq++, what })
  }

  /** Undefined when it is empty. */
  take(): T | undefined {
    return this.#heap.take()?.what
  }
}
