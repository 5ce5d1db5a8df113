/** A binary heap: the first of its items by an order that the caller gives. An item's place in that order must not change while it is inside. */
export class Heap<T> {
  readonly #items: T[] = []
  readonly #isBefore: (a: T, b: T) => boolean

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore
  }

  get first(): T | undefined {
    return this.#items[0]
  }

  add(item: T): void {
    const items = this.#items
    items.push(item)
    for (let child = items.length - 1; child > 0;) {
      const parent = (child - 1) >> 1
      if (!this.#isBefore(items[child]!, items[parent]!)) return
      this.#swap(child, parent)
      child = parent
    }
  }

  /** Undefined when it is empty. */
  take(): T | undefined {
    const items = this.#items
    if (items.length === 0) return undefined
    this.#swap(0, items.length - 1)
    const item = items.pop()!
    for (let parent = 0; ;) {
      let least = parent
      for (const child of [2 * parent + 1, 2 * parent + 2])
        if (child < items.length && this.#isBefore(items[child]!, items[least]!)) least = child
      if (least === parent) return item
      this.#swap(parent, least)
      parent = least
    }
  }

  #swap(a: number, b: number): void {
    const kept = this.#items[a]!
    this.#items[a] = this.#items[b]!
    this.#items[b] = kept
  }
}
