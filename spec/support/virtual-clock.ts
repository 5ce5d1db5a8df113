/** A clock that stands still until it is told how much time has passed. */
export class VirtualClock {
  #now: number
  #timers: { readonly ms: number; readonly work: () => void; next: number }[] = []

  constructor(now: number) {
    this.#now = now
  }

  readonly now = (): number => this.#now

  readonly every = (ms: number, work: () => void): (() => void) => {
    const timer = { ms, work, next: this.#now + ms }
    this.#timers.push(timer)
    return () => (this.#timers = this.#timers.filter((one) => one !== timer))
  }

  /** Every timer that is due goes off, each at its time. */
  advance(ms: number): void {
    const until = this.#now + ms
    for (;;) {
      const [first] = this.#timers.toSorted((a, b) => a.next - b.next)
      if (first === undefined || first.next > until) break
      this.#now = first.next
      first.next += first.ms
      first.work()
    }
    this.#now = until
  }

  /** As a person does to a wall clock: timers go on as if nothing had happened. */
  setBack(ms: number): void {
    this.#now -= ms
    for (const timer of this.#timers) timer.next -= ms
  }
}
