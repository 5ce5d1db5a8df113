/** Work of which one run is enough for all who ask before it begins: one runs, one more waits, never a third. */
export class OneAtATime {
  readonly #running = new Map<string, Promise<void>>()
  readonly #next = new Map<string, Promise<void>>()

  /** Resolves, or rejects, with a run that began after this call. */
  run(key: string, work: () => Promise<void>): Promise<void> {
    const running = this.#running.get(key)
    if (running === undefined) return this.#begin(key, work)
    const waiting = this.#next.get(key)
    if (waiting !== undefined) return waiting
    const next = running
      .catch(() => {})
      .then(() => {
        this.#next.delete(key)
        return this.#begin(key, work)
      })
    this.#next.set(key, next)
    return next
  }

  #begin(key: string, work: () => Promise<void>): Promise<void> {
    const now = work().finally(() => {
      if (this.#running.get(key) === now) this.#running.delete(key)
    })
    this.#running.set(key, now)
    return now
  }
}
