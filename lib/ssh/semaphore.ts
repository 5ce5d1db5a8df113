/** Hands out at most `limit` permits at a time, in the order asked. */
export class Semaphore {
  #limit: number
  #taken = 0
  readonly #waiting: (() => void)[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  get limit(): number {
    return this.#limit
  }

  get taken(): number {
    return this.#taken
  }

  /** Resolves with the function that gives the permit back (once), or with undefined after `timeoutMs`. */
  async acquire(timeoutMs?: number): Promise<(() => void) | undefined> {
    if (this.#taken < this.#limit) this.#taken++
    else if (!(await this.#wait(timeoutMs))) return undefined
    let given = false
    return () => {
      if (given) return
      given = true
      this.#taken--
      this.#wake()
    }
  }

  /** The other side allows fewer, or as many as before again. */
  setLimit(limit: number): void {
    this.#limit = limit
    this.#wake()
  }

  /** Takes the permit for the one it wakes, so that nobody can come between. */
  #wake(): void {
    while (this.#taken < this.#limit && this.#waiting.length > 0) {
      this.#taken++
      this.#waiting.shift()?.()
    }
  }

  #wait(timeoutMs: number | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer)
        resolve(true)
      }
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1)
        resolve(false)
      }
      const timer = timeoutMs === undefined ? undefined : setTimeout(giveUp, timeoutMs)
      this.#waiting.push(go)
    })
  }
}
