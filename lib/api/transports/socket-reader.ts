/** One client: what it has, what it is sent next, and what happens when it does not read. */
import type { WebSocket } from 'ws'
import type { Hello, Names } from './hello.js'
import type { SharedMessages } from './shared-messages.js'

/** So much may wait to be read; everything else stays in the journal until there is room. */
const MAX_WAITING_BYTES = 1024 * 1024
const SLOW_MS = 20_000
/** How far back a client may be brought up to date event by event. */
export const MAX_BEHIND = 10_000
const BATCH = 256
const STATUS_INTERVAL_MS = 250
const RETRY_MS = 100
const SLOW = 4008

export class SocketReader {
  readonly #client: WebSocket
  readonly #shared: SharedMessages
  readonly #wants: { readonly event: boolean; readonly status: boolean }
  readonly #names: Names
  #has: number
  #unsubscribe: (() => void) | undefined
  #soon = false
  #statusDue = false
  #statusTimer: NodeJS.Timeout | undefined
  #fullSince: number | null = null
  #roomTimer: NodeJS.Timeout | undefined
  #retry: NodeJS.Timeout | undefined

  constructor(client: WebSocket, { want, names, after }: Hello, shared: SharedMessages) {
    this.#client = client
    this.#shared = shared
    this.#wants = { event: want.has('event'), status: want.has('status') }
    this.#names = names ?? 'ours'
    this.#has = after ?? shared.source.lastSeq()
  }

  start(): void {
    this.#unsubscribe = this.#shared.subscribe((what) => this.#heard(what))
    if (this.#wants.status) this.#offerStatus()
    this.#wake()
  }

  stop(): void {
    this.#unsubscribe?.()
    clearTimeout(this.#statusTimer)
    clearTimeout(this.#roomTimer)
    clearTimeout(this.#retry)
  }

  #heard(what: 'event' | 'changed'): void {
    if (this.#wants.event && what === 'event') this.#wake()
    if (this.#wants.status) this.#offerStatus()
  }

  /** Once a turn: an event often comes with others. */
  #wake(): void {
    if (!this.#wants.event || this.#soon) return
    this.#soon = true
    setImmediate(() => {
      this.#soon = false
      if (this.#client.readyState === this.#client.OPEN) this.#sendEvents()
    })
  }

  #sendEvents(): void {
    if (!this.#hasRoom()) return
    const gate = this.#shared.source.settled()
    if (gate === null) this.#sendSettled()
    // What is not confirmed is not sent; the next event tries again.
    else
      gate.then(
        () => this.#sendSettled(),
        () => {},
      )
  }

  #sendSettled(): void {
    if (this.#client.readyState !== this.#client.OPEN) return
    const { source } = this.#shared
    const last = source.lastSeq()
    // A number that no event has yet is another store's.
    if (this.#has > last || last - this.#has > MAX_BEHIND) {
      this.#has = last
      this.#client.send(this.#shared.status('resync'))
      return
    }
    const { upTo, messages } = this.#shared.after(this.#has, this.#names, BATCH)
    if (upTo === this.#has) {
      // Observations are told before they are written.
      if (this.#shared.lastTold > this.#has) this.#retry ??= setTimeout(() => this.#again(), RETRY_MS)
      return
    }
    this.#has = upTo
    for (const message of messages) this.#client.send(message)
    this.#wake()
  }

  #again(): void {
    this.#retry = undefined
    this.#wake()
  }

  /** A state replaces the one before: whoever is behind gets the latest once there is room again. */
  #offerStatus(): void {
    this.#statusDue = true
    if (this.#statusTimer !== undefined) return
    this.#statusTimer = setTimeout(() => {
      this.#statusTimer = undefined
      if (this.#statusDue) this.#sendStatus()
    }, STATUS_INTERVAL_MS)
    this.#sendStatus()
  }

  #sendStatus(): void {
    if (!this.#hasRoom()) return
    this.#statusDue = false
    const send = () => {
      if (this.#client.readyState === this.#client.OPEN) this.#client.send(this.#shared.status('status'))
    }
    const gate = this.#shared.source.settled()
    if (gate === null) send()
    else gate.then(send, () => {})
  }

  /** Without room it is looked again soon; one that has read nothing for long is cut off and comes back. */
  #hasRoom(): boolean {
    if (this.#client.bufferedAmount < MAX_WAITING_BYTES) {
      this.#fullSince = null
      return true
    }
    const now = performance.now()
    this.#fullSince ??= now
    if (now - this.#fullSince > SLOW_MS) {
      this.#client.close(SLOW, 'slow')
      // Nobody reads that either.
      this.#client.terminate()
      return false
    }
    this.#roomTimer ??= setTimeout(() => {
      this.#roomTimer = undefined
      if (this.#wants.event) this.#sendEvents()
      if (this.#statusDue) this.#sendStatus()
    }, 100)
    return false
  }
}
