/** What is told of events: in their order, each when it and all before it are durable; at once where the store is that fast. */
import type { Journal } from '../../store/port.js'

export class ToldInOrder {
  readonly #journal: Pick<Journal, 'durable'>
  readonly #failed: (error: unknown) => void
  readonly #waiting: { readonly seq: number; readonly tell: () => void }[] = []
  #isWaiting = false

  /** `failed`: it never becomes durable, and is never told. */
  constructor(journal: Pick<Journal, 'durable'>, failed: (error: unknown) => void) {
    this.#journal = journal
    this.#failed = failed
  }

  add(seq: number, tell: () => void): void {
    if (this.#waiting.length === 0 && this.#journal.durable(seq) === null) return tell()
    this.#waiting.push({ seq, tell })
    this.#go()
  }

  #go(): void {
    while (!this.#isWaiting) {
      const [first] = this.#waiting
      if (first === undefined) return
      const gate = this.#journal.durable(first.seq)
      if (gate !== null) {
        this.#isWaiting = true
        gate.then(() => {
          this.#isWaiting = false
          this.#go()
        }, this.#failed)
        return
      }
      this.#waiting.shift()
      first.tell()
    }
  }
}
