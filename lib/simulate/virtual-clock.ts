/** Time that jumps to whatever comes next. What is due at the same instant happens in the order in which it was asked for. */
import type { Millis } from '../core/time.js'

interface Appointment {
  readonly at: Millis
  readonly seq: number
  readonly act: () => void
}

export class VirtualClock {
  now: Millis
  #seq = 0
  readonly #heap: Appointment[] = []

  constructor(startAt: Millis = 0) {
    this.now = startAt
  }

  after(ms: Millis, act: () => void): void {
    this.#seq += 1
    const entry = { at: this.now + Math.max(0, ms), seq: this.#seq, act }
    const heap = this.#heap
    let child = heap.push(entry) - 1
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (!isBefore(entry, heap[parent]!)) break
      heap[child] = heap[parent]!
      child = parent
    }
    heap[child] = entry
  }

  /** When the next one is due; null: nothing is. */
  get next(): Millis | null {
    return this.#heap[0]?.at ?? null
  }

  /** Does the next thing. */
  step(): void {
    const first = this.#heap[0]
    if (first === undefined) return
    const last = this.#heap.pop()!
    if (this.#heap.length > 0) this.#sink(last)
    this.now = first.at
    first.act()
  }

  #sink(entry: Appointment): void {
    const heap = this.#heap
    let parent = 0
    for (let child = 1; child < heap.length; child = 2 * parent + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1
      if (!isBefore(heap[child]!, entry)) break
      heap[parent] = heap[child]!
      parent = child
    }
    heap[parent] = entry
  }
}

function isBefore(a: Appointment, b: Appointment): boolean {
  return a.at < b.at || (a.at === b.at && a.seq < b.seq)
}
