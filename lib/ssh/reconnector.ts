/** Keeps one connection: opens it, hears of its loss, tries again with pauses that grow, stops at what only a person can change. */
import { OrchestraError } from '../core/errors.js'
import type { LinkState } from '../exec/transport.js'
import { retryDelay } from './retry-delay.js'
import { isFinal } from './ssh-failure.js'

export interface Connection {
  /** Calls back once when it is gone. Returns what unsubscribes. */
  readonly onLost: (listener: (reason: string) => void) => () => void
  destroy(): void
}

/** `waits`: nothing goes on until a person did something; says so meanwhile. Rejects when `signal` aborts. */
export type OpenConnection<C> = (signal: AbortSignal, waits: (why: OrchestraError) => void) => Promise<C>

export class Reconnector<C extends Connection> {
  readonly #open: OpenConnection<C>
  readonly #opened: (connection: C) => void
  readonly #listeners = new Set<(state: LinkState) => void>()
  #state: LinkState = { status: 'idle' }
  #connection: C | undefined
  /** What an older attempt or connection still reports belongs to another generation and is ignored. */
  #generation = 0
  #attempt = 0
  #attemptAt = 0
  #downSince = 0
  #retry: NodeJS.Timeout | undefined
  #opening: AbortController | undefined

  /** @param opened right before listeners hear of `up` */
  constructor(open: OpenConnection<C>, opened: (connection: C) => void = () => undefined) {
    this.#open = open
    this.#opened = opened
  }

  get state(): LinkState {
    return this.#state
  }

  get connection(): C | undefined {
    return this.#connection
  }

  onChange(listener: (state: LinkState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Connects, and from then on keeps trying. While it waits for the next attempt or has failed: tries now. */
  start(): void {
    const { status } = this.#state
    if (status === 'up' || status === 'connecting') return
    if (status !== 'down') {
      this.#downSince = performance.now()
      this.#attempt = 0
    }
    void this.#connect()
  }

  /** @returns what was open, for a last word to it. */
  stop(): C | undefined {
    this.#generation++
    clearTimeout(this.#retry)
    this.#opening?.abort()
    const connection = this.#connection
    this.#connection = undefined
    if (this.#state.status !== 'idle') this.#set({ status: 'idle' })
    return connection
  }

  async #connect(): Promise<void> {
    const generation = ++this.#generation
    clearTimeout(this.#retry)
    this.#attempt++
    this.#attemptAt = performance.now()
    this.#set({ status: 'connecting', attempt: this.#attempt })
    // One that waits for a person may still be there.
    this.#opening?.abort()
    const opening = new AbortController()
    this.#opening = opening
    const waits = ({ message: reason, hint }: OrchestraError) => {
      if (generation === this.#generation) this.#set({ status: 'failed', reason, hint: hint ?? null })
    }
    try {
      const connection = await this.#open(opening.signal, waits)
      if (generation === this.#generation) this.#up(connection, generation)
      else connection.destroy()
    } catch (error) {
      if (generation === this.#generation) this.#failed(error)
    }
  }

  #up(connection: C, generation: number): void {
    this.#connection = connection
    this.#attempt = 0
    connection.onLost((reason) => {
      if (generation !== this.#generation) return
      this.#connection = undefined
      this.#downSince = performance.now()
      this.#tryLater(reason, null)
    })
    this.#opened(connection)
    if (generation === this.#generation && this.#connection === connection)
      this.#set({ status: 'up', since: Date.now() })
  }

  #failed(error: unknown): void {
    const known = error instanceof OrchestraError ? error : undefined
    const reason = known?.message ?? String(error)
    const hint = known?.hint ?? null
    if (known === undefined || known.kind === 'usage' || isFinal(known)) {
      this.#set({ status: 'failed', reason, hint })
    } else this.#tryLater(reason, hint)
  }

  #tryLater(reason: string, hint: string | null): void {
    const now = performance.now()
    const delay = retryDelay({
      downForMs: now - this.#downSince,
      sinceAttemptMs: now - this.#attemptAt,
      random: Math.random(),
    })
    this.#retry = setTimeout(() => void this.#connect(), delay)
    this.#set({ status: 'down', reason, hint, retryAt: Math.round(Date.now() + delay) })
  }

  #set(state: LinkState): void {
    this.#state = state
    for (const listener of this.#listeners) listener(state)
  }
}
