/** Server-sent events. A reader that falls behind is cut off; it comes back with `after=` and gets the state whole. */
import type { ServerResponse } from 'node:http'
import type { StreamMessage } from '../core/protocol/api.js'
import type { EventRow, StatusDocument } from '../core/protocol/status.js'

/** Of one reader. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024
/** Of all readers together. */
const MAX_SUM_BYTES = 64 * 1024 * 1024
const HEARTBEAT_MS = 10_000
/** Four redraws a second are what a person can use. */
const STATUS_INTERVAL_MS = 250

/** Where streams have it from. */
export interface StreamSource {
  /** Null: what is told now is durable. Else it goes out when this resolves; rejected, that error does. */
  settled(): Promise<void> | null
  status(): StatusDocument
  /** The first ones after that number. */
  eventsAfter(seq: number, limit: number): readonly EventRow[]
  subscribe(listener: (message: StreamMessage) => void): () => void
}

/** One open answer. */
export interface StreamWriter {
  /** Events of the journal (`only=event`, those after `after` first), the state (`only=status`), or both. */
  events(query: URLSearchParams): void
  /** What `subscribe` tells, each as an event of that name. */
  follow(name: string, subscribe: (listener: (data: unknown) => void) => () => void): void
}

export class EventStreams {
  readonly #source: StreamSource
  readonly #open = new Set<ServerResponse>()
  /** The message with the status, made once: all that wait to send it share its bytes. null: something has changed since. */
  #status: Buffer | null = null
  #unsubscribe: (() => void) | undefined

  constructor(source: StreamSource) {
    this.#source = source
  }

  to(response: ServerResponse): StreamWriter {
    return {
      events: (query) => this.#events(query, response),
      follow: (name, subscribe) => this.#follow(name, subscribe, response),
    }
  }

  #events(query: URLSearchParams, response: ServerResponse): void {
    this.#start(response)
    const wanted = wantedOf(query)
    const after = Number(query.get('after') ?? Number.NaN)

    let statusDue = false
    let isBehind = false
    let timer: NodeJS.Timeout | undefined
    const onStatus = () => {
      // A state replaces the one before: a slow reader gets the latest once there is room again.
      statusDue = timer !== undefined || isBehind
      if (statusDue) return
      const message = this.#statusMessage()
      const send = () => {
        if (!response.destroyed) isBehind = !this.#write(response, message)
      }
      const gate = this.#source.settled()
      // One that is not confirmed is not sent; the next may be.
      if (gate === null) send()
      else gate.then(send, () => {})
      timer = setTimeout(() => {
        timer = undefined
        if (statusDue) onStatus()
      }, STATUS_INTERVAL_MS)
    }
    response.on('drain', () => {
      isBehind = false
      if (statusDue) onStatus()
    })
    const onMessage = (message: StreamMessage) => {
      if (message.event === 'event') {
        if (wanted.has('event')) this.#write(response, messageOf('event', message.data, message.data.seq))
      } else if (wanted.has('status')) onStatus()
    }

    if (wanted.has('event') && Number.isFinite(after)) {
      for (const row of this.#source.eventsAfter(after, 10_000))
        this.#write(response, messageOf('event', row, row.seq))
    }
    if (wanted.has('status')) onStatus()
    const unsubscribe = this.#source.subscribe(onMessage)
    const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS)
    response.on('close', () => {
      unsubscribe()
      clearInterval(heartbeat)
      clearTimeout(timer)
    })
  }

  #follow(
    name: string,
    subscribe: (listener: (data: unknown) => void) => () => void,
    response: ServerResponse,
  ): void {
    const unsubscribe = subscribe((data) => this.#write(response, messageOf(name, data)))
    this.#start(response)
    response.on('close', unsubscribe)
  }

  #start(response: ServerResponse): void {
    // Hears of each change before the readers do: they subscribe later.
    this.#unsubscribe ??= this.#source.subscribe(() => (this.#status = null))
    this.#open.add(response)
    response.on('close', () => {
      this.#open.delete(response)
      if (this.#open.size > 0) return
      this.#unsubscribe?.()
      this.#unsubscribe = undefined
      this.#status = null
    })
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.flushHeaders()
  }

  #statusMessage(): Buffer {
    return (this.#status ??= Buffer.from(messageOf('status', this.#source.status())))
  }

  /** Returns whether there is room for more. */
  #write(response: ServerResponse, message: string | Buffer): boolean {
    if (response.writableLength > MAX_BUFFERED_BYTES) {
      response.destroy()
      return false
    }
    const hasRoom = response.write(message)
    if (!hasRoom) this.#makeRoom()
    return hasRoom
  }

  /** The reader that is furthest behind goes, until all that wait to be read are few enough bytes. */
  #makeRoom(): void {
    const waiting = [...this.#open]
      .filter((one) => !one.destroyed)
      .map((response) => ({ response, bytes: response.writableLength }))
      .toSorted((a, b) => b.bytes - a.bytes)
    let sum = waiting.reduce((total, { bytes }) => total + bytes, 0)
    for (const { response, bytes } of waiting) {
      if (sum <= MAX_SUM_BYTES) return
      response.destroy()
      sum -= bytes
    }
  }
}

/** What `only` names; without it, both. */
export function wantedOf(query: URLSearchParams): ReadonlySet<string> {
  return new Set((query.get('only') ?? 'status,event').split(','))
}

function messageOf(event: string, data: unknown, id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}
