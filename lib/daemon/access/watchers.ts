/** Open streams, each with whose it is: they are asked again when something has changed that they depend on. */
import type { Principal } from '../../core/principal.js'
import type { Millis } from '../../core/time.js'

export interface WatchersNeeds {
  readonly now: () => Millis
  /** Of a token; null: it has none, or is no token. */
  readonly expiresAt: (by: Principal) => Millis | null
}

/** The time of a machine that was asleep is seen at the latest then. */
const LOOK_MS = 60_000

export class Watchers {
  readonly #needs: WatchersNeeds
  readonly #listeners = new Map<() => void, Principal>()
  #soon = false
  #timer: NodeJS.Timeout | undefined

  constructor(needs: WatchersNeeds) {
    this.#needs = needs
  }

  add(by: Principal, listener: () => void): () => void {
    // The same function may watch for two.
    const own = () => listener()
    this.#listeners.set(own, by)
    this.#awaitExpiry()
    return () => {
      this.#listeners.delete(own)
      this.#awaitExpiry()
    }
  }

  /** Tokens, or what roles allow, have changed. */
  all(): void {
    for (const listener of this.#listeners.keys()) listener()
    this.#awaitExpiry()
  }

  /** Something has happened in the run: an agent or an attempt may have ended. */
  ofRun(): void {
    if (this.#soon || !this.#has(isOfRun)) return
    this.#soon = true
    setImmediate(() => {
      this.#soon = false
      for (const [listener, by] of this.#listeners) if (isOfRun(by)) listener()
    })
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#listeners.clear()
  }

  #has(is: (by: Principal) => boolean): boolean {
    return [...this.#listeners.values()].some(is)
  }

  #awaitExpiry(): void {
    clearTimeout(this.#timer)
    const ends = [...this.#listeners.values()].flatMap((by) => this.#needs.expiresAt(by) ?? [])
    if (ends.length === 0) return
    const left = Math.max(0, Math.min(...ends) - this.#needs.now())
    this.#timer = setTimeout(() => this.all(), Math.min(left + 1, LOOK_MS)).unref()
  }
}

function isOfRun({ kind }: Principal): boolean {
  return kind === 'agent' || kind === 'attempt'
}
