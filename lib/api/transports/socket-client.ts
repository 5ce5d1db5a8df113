/**
 * A client of `/v1/ws` that is told of every event once, over cut links: it comes back with the number of the last one. It
 * needs nothing but the `WebSocket` of a browser (or one that behaves so), and is given timers, so that a page can use it.
 */
export interface SocketLike {
  send(text: string): void
  close(): void
  onopen: (() => void) | null
  onmessage: ((event: { readonly data: unknown }) => void) | null
  onclose: ((event: { readonly code: number }) => void) | null
  onerror: (() => void) | null
}

export interface SocketClientOptions {
  readonly open: () => SocketLike
  readonly token: string | null
  readonly after: number | null
  readonly want?: readonly ('event' | 'status')[]
  readonly onEvent: (event: { readonly seq: number; readonly type: string }) => void
  /** Too long ago, or another store: the whole state instead of what was missed. */
  readonly onResync: (message: { readonly seq: number; readonly status: unknown }) => void
  readonly onStatus?: (status: unknown) => void
  /** It is of no use to come back: the token does not count, or may not. */
  readonly onRefused?: (code: number) => void
  readonly random?: () => number
}

/** The first is soon: most links come back at once. Then three seconds, and slowly more. */
const DELAYS_MS = [1000, 3000, 3000, 6000, 12_000, 30_000]
/** A socket that neither opens nor fails, as on a phone that was asleep. */
const OPEN_MS = 5000
const FINAL = new Set([4400, 4401, 4403])

export class SocketClient {
  readonly #options: SocketClientOptions
  #after: number | null
  #socket: SocketLike | null = null
  #isOpen = false
  #tries = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #stopped = false

  constructor(options: SocketClientOptions) {
    this.#options = options
    this.#after = options.after
  }

  /** The last event that it was told; null: none yet. */
  get after(): number | null {
    return this.#after
  }

  start(): void {
    this.#stopped = false
    this.#connect()
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
    this.#drop()
  }

  /** The page is shown again, or the network is back: whatever stands is not trusted, and nothing is waited for. */
  returned(): void {
    if (this.#stopped) return
    this.#tries = 0
    this.#drop()
    this.#connect()
  }

  #connect(): void {
    clearTimeout(this.#timer)
    const { open, token, want = ['event'] } = this.#options
    const socket = open()
    this.#socket = socket
    this.#isOpen = false
    this.#timer = setTimeout(() => this.#lost(socket, 0), OPEN_MS)
    socket.onopen = () => {
      if (socket !== this.#socket) return
      clearTimeout(this.#timer)
      this.#isOpen = true
      socket.send(JSON.stringify({ auth: token, after: this.#after, want, names: 'ours' }))
    }
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.#heard(String(data))
    }
    socket.onclose = ({ code }) => this.#lost(socket, code)
    socket.onerror = () => undefined
  }

  #heard(text: string): void {
    const message = JSON.parse(text) as { seq: number; type: string; status?: unknown }
    // It speaks: the next cut is a new one.
    this.#tries = 0
    if (message.type === 'status') return this.#options.onStatus?.(message.status)
    if (message.type === 'resync') {
      this.#after = message.seq
      return this.#options.onResync({ seq: message.seq, status: message.status })
    }
    if (this.#after !== null && message.seq <= this.#after) return
    this.#after = message.seq
    this.#options.onEvent(message)
  }

  #lost(socket: SocketLike, code: number): void {
    if (socket !== this.#socket || this.#stopped) return
    this.#drop()
    if (FINAL.has(code)) {
      this.#stopped = true
      return this.#options.onRefused?.(code)
    }
    const delay = DELAYS_MS[Math.min(this.#tries, DELAYS_MS.length - 1)] ?? 0
    this.#tries += 1
    const jitter = 0.8 + 0.4 * (this.#options.random ?? Math.random)()
    this.#timer = setTimeout(() => this.#connect(), delay * jitter)
  }

  #drop(): void {
    clearTimeout(this.#timer)
    const socket = this.#socket
    this.#socket = null
    if (socket === null) return
    socket.onclose = null
    socket.onmessage = null
    socket.onopen = null
    // One that is still connecting may not be closed yet.
    if (this.#isOpen) socket.close()
    else socket.onopen = () => socket.close()
  }
}
