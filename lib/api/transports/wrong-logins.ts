/** Twenty wrong logins a minute from one address, then that address waits. */
const MOST = 20
const MINUTE_MS = 60_000
const MAX_ADDRESSES = 10_000

export class WrongLogins {
  readonly #now: () => number
  /** By address: when its minute began, and how many there were. */
  readonly #seen = new Map<string, { since: number; count: number }>()

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  isBarred(address: string): boolean {
    const seen = this.#seen.get(address)
    if (seen === undefined) return false
    if (this.#now() - seen.since < MINUTE_MS) return seen.count >= MOST
    this.#seen.delete(address)
    return false
  }

  note(address: string): void {
    const seen = this.#seen.get(address)
    if (seen !== undefined && this.#now() - seen.since < MINUTE_MS) {
      seen.count += 1
      return
    }
    this.#seen.delete(address)
    this.#seen.set(address, { since: this.#now(), count: 1 })
    // The oldest: who has so many addresses is not stopped by this.
    const [first] = this.#seen.keys()
    if (this.#seen.size > MAX_ADDRESSES && first !== undefined) this.#seen.delete(first)
  }
}
