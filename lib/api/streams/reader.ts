/**
 * One client of a stream, whatever its door: what it has, what it is sent next, and what happens when it does not read. It hears
 * every event behind `after`, once and in order, or is told that this is too long ago (`resync`, with the whole state). What it
 * has not read yet stays in the journal, so that it costs nobody else.
 */
import type { Hello, Names } from './hello.js'
import type { Message } from './message.js'
import type { SharedMessages, Told } from './shared-messages.js'

/** What a reader is written to. */
export interface Outlet {
  readonly isOpen: boolean
  /** Written, and not read yet. */
  readonly waitingBytes: number
  send(message: Message): void
  /** What is sent meanwhile goes out together. */
  together(send: () => void): void
  /** It has read nothing for too long. */
  endSlow(): void
}

/** So much may wait to be read; everything else stays in the journal until there is room. */
const MAX_WAITING_BYTES = 256 * 1024
const SLOW_MS = 20_000
/** How far back a client may be brought up to date event by event. */
export const MAX_BEHIND = 10_000
const BATCH = 256
/** One that reads is looked at again sooner. */
const LOOK_AGAIN_MS = { reads: 20, stands: 200 }

export class Reader {
  readonly #outlet: Outlet
  readonly #shared: SharedMessages
  readonly #wants: { readonly event: boolean; readonly status: 'whole' | 'changes' | null }
  readonly #names: Names
  #has: number
  #unsubscribe: (() => void) | undefined
  /** It is looked for events soon, or what was found is waited for. */
  #isBusy = false
  /** Something came meanwhile. */
  #isDue = false
  #statusDue = false
  /** The number of the state that it has; null: none, or one that may not have come. */
  #hasState: number | null = null
  #waitedBytes = 0
  #fullSince: number | null = null
  #timer: NodeJS.Timeout | undefined

  constructor(outlet: Outlet, { want, names, after, changes }: Hello, shared: SharedMessages) {
    this.#outlet = outlet
    this.#shared = shared
    const status = want.has('status') ? (changes ? 'changes' : 'whole') : null
    this.#wants = { event: want.has('event'), status }
    this.#names = names ?? 'ours'
    this.#has = after ?? shared.source.lastSeq()
  }

  start(): void {
    const { status } = this.#wants
    this.#unsubscribe = this.#shared.subscribe((what) => this.#heard(what), status === 'whole')
    if (status !== null) {
      this.#shared.statusNow()
      this.#sendStatus()
    }
    this.#wake()
  }

  stop(): void {
    this.#unsubscribe?.()
    clearTimeout(this.#timer)
  }

  #heard(what: Told): void {
    if (what === 'event') this.#wake()
    else if (this.#wants.status === (what === 'status' ? 'whole' : 'changes')) this.#sendStatus()
  }

  /** Once a turn: an event often comes with others. */
  #wake(): void {
    if (!this.#wants.event) return
    this.#isDue = true
    if (this.#isBusy) return
    this.#isBusy = true
    setImmediate(() => this.#next())
  }

  #next(): void {
    this.#isBusy = false
    this.#isDue = false
    if (!this.#outlet.isOpen || !this.#hasRoom()) return
    const { upTo, messages } = this.#found()
    if (upTo === this.#has && messages.length === 0) {
      // Observations are told before they are written.
      if (this.#shared.lastTold > this.#has) this.#lookAgain()
      return
    }
    this.#isBusy = true
    this.#whenSettled(
      () => {
        this.#isBusy = false
        this.#send(messages, upTo)
        this.#wake()
      },
      // What is not confirmed is not sent; the next event tries again.
      () => {
        this.#isBusy = false
        if (this.#isDue) this.#wake()
      },
    )
  }

  /** As many as there is room for; what one event says is not torn apart. */
  #send(messages: readonly Message[], upTo: number): void {
    let isFull = false
    this.#outlet.together(() => {
      for (const message of messages) {
        isFull = message.seq > this.#has && this.#outlet.waitingBytes >= MAX_WAITING_BYTES
        if (isFull) return
        this.#outlet.send(message)
        this.#has = message.seq
      }
    })
    if (!isFull) this.#has = upTo
  }

  #found(): { readonly upTo: number; readonly messages: readonly Message[] } {
    const last = this.#shared.source.lastSeq()
    // A number that no event has yet is another store's.
    if (this.#has > last || last - this.#has > MAX_BEHIND)
      return { upTo: last, messages: [this.#shared.resync()] }
    return this.#shared.after(this.#has, this.#names, BATCH)
  }

  /** A state replaces the one before: whoever is behind gets the latest once there is room again, and whole. */
  #sendStatus(): void {
    this.#statusDue = true
    if (!this.#outlet.isOpen || !this.#hasRoom()) return
    this.#statusDue = false
    const { number, whole, changes } = this.#shared.status()
    const has = this.#hasState
    if (has === number) return
    this.#hasState = number
    const isNext = this.#wants.status === 'changes' && has === number - 1
    const message = isNext ? (changes ?? whole) : whole
    this.#whenSettled(
      () => this.#outlet.send(message),
      () => (this.#hasState = null),
    )
  }

  /** What was made waits until what it tells of is durable. */
  #whenSettled(send: () => void, drop: () => void): void {
    const ifOpen = () => (this.#outlet.isOpen ? send() : undefined)
    const gate = this.#shared.source.settled()
    if (gate === null) ifOpen()
    else gate.then(ifOpen, drop)
  }

  /** Without room it is looked again soon; one that has read nothing for long is cut off and comes back. */
  #hasRoom(): boolean {
    const waiting = this.#outlet.waitingBytes
    const reads = waiting < this.#waitedBytes
    this.#waitedBytes = waiting
    if (waiting < MAX_WAITING_BYTES) {
      this.#fullSince = null
      return true
    }
    const now = performance.now()
    this.#fullSince ??= now
    if (now - this.#fullSince > SLOW_MS) this.#outlet.endSlow()
    else this.#lookAgain(reads || this.#fullSince === now)
    return false
  }

  #lookAgain(isSoon = false): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined
        if (this.#statusDue) this.#sendStatus()
        this.#wake()
      },
      isSoon ? LOOK_AGAIN_MS.reads : LOOK_AGAIN_MS.stands,
    )
  }
}
