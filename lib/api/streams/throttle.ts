/** Does something at once, and then not again before some time has passed; what is wanted in between is done once, at its end. */
export class Throttle {
  readonly #intervalMs: () => number
  readonly #act: () => void
  #isWanted = false
  #timer: NodeJS.Timeout | undefined

  /** @param intervalMs asked after each act */
  constructor(intervalMs: () => number, act: () => void) {
    this.#intervalMs = intervalMs
    this.#act = act
  }

  want(): void {
    this.#isWanted = true
    if (this.#timer === undefined) this.#now()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#isWanted = false
  }

  #now(): void {
    this.#isWanted = false
    // First: it may be wanted again while it is done.
    this.#timer = setTimeout(() => this.#over(), 0)
    this.#act()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#over(), this.#intervalMs())
  }

  #over(): void {
    this.#timer = undefined
    if (this.#isWanted) this.#now()
  }
}
