import type { Millis } from '../time.js'

/** What comes next, earliest first; things of the same instant in the order in which they were added. */
export class TimeQueue<T> {
  readonly #heap: { readonly at: Millis; readonly seq: number; readonly what: T }[] = []
  #seq = 0

  get next(): Millis | null {
    return this.#heap[0]?.at ?? null
  }

  add(at: Millis, what: T): void {
    const heap = this.#heap
    heap.push({ at, seq: this.#seq++, what })
    for (let child = heap.length - 1; child > 0;) {
      const parent = (child - 1) >> 1
      if (!this.#isBefore(child, parent)) return
      this.#swap(child, parent)
      child = parent
    }
  }

  /** Undefined when it is empty. */
  take(): T | undefined {
    const heap = this.#heap
    if (heap.length === 0) return undefined
    this.#swap(0, heap.length - 1)
    const { what } = heap.pop()!
    for (let parent = 0; ;) {
      let least = parent
      for (const child of [2 * parent + 1, 2 * parent + 2])
        if (child < heap.length && this.#isBefore(child, least)) least = child
      if (least === parent) return what
      this.#swap(parent, least)
      parent = least
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [x, y] = [this.#heap[a]!, this.#heap[b]!]
    return x.at < y.at || (x.at === y.at && x.seq < y.seq)
  }

  #swap(a: number, b: number): void {
    const kept = this.#heap[a]!
    this.#heap[a] = this.#heap[b]!
    this.#heap[b] = kept
  }
}
