/** Server-sent events: what WebSocket says too, and what a request follows by itself (`follow`). */
import type { ServerResponse } from 'node:http'
import type { StreamWriter } from '../route.js'
import { helloOfQuery } from './hello.js'
import type { Message } from './message.js'
import { Reader, type Outlet } from './reader.js'
import { sharedMessages, type MessageSource, type SharedMessages } from './shared-messages.js'

/** Of one reader of a log. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024
/** Of all readers together. */
const MAX_SUM_BYTES = 64 * 1024 * 1024
const HEARTBEAT_MS = 10_000
const END_MS = 100

export class EventStreams {
  readonly #shared: SharedMessages
  readonly #open = new Set<ServerResponse>()

  constructor(source: MessageSource) {
    this.#shared = sharedMessages(source)
  }

  /** @param isCompat by the path of other people's clients: their names, unless the query has others */
  to(response: ServerResponse, isCompat: boolean): StreamWriter {
    return {
      events: (query) => this.#events(query, response, isCompat),
      follow: (name, subscribe) => this.#follow(name, subscribe, response),
    }
  }

  /** The door is closed for good: a client that hears this need not come back. */
  async end(): Promise<void> {
    const ends = [...this.#open].map(
      (response) =>
        new Promise<void>((done) => response.once('close', done).end('event: end\ndata: {}\n\n', done)),
    )
    // One that does not read is not waited for.
    await Promise.race([Promise.all(ends), new Promise((late) => setTimeout(late, END_MS))])
  }

  #events(query: URLSearchParams, response: ServerResponse, isCompat: boolean): void {
    const asked = helloOfQuery(query)
    const hello = { ...asked, names: asked.names ?? (isCompat ? 'compat' : 'ours') } as const
    this.#start(response)
    const reader = new Reader(this.#outletOf(response), hello, this.#shared)
    response.on('close', () => reader.stop())
    reader.start()
  }

  #outletOf(response: ServerResponse): Outlet {
    const write = (message: Message) => {
      if (!response.write(message.frame)) this.#makeRoom()
    }
    return {
      get isOpen() {
        return !response.destroyed && !response.writableEnded
      },
      get waitingBytes() {
        return response.writableLength
      },
      send: write,
      together: (send) => {
        response.cork()
        send()
        response.uncork()
      },
      endSlow: () => response.destroy(),
    }
  }

  #follow(
    name: string,
    subscribe: (listener: (data: unknown) => void) => () => void,
    response: ServerResponse,
  ): void {
    const unsubscribe = subscribe((data) => {
      if (response.writableLength > MAX_BUFFERED_BYTES) response.destroy()
      else if (!response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)) this.#makeRoom()
    })
    this.#start(response)
    response.on('close', unsubscribe)
  }

  #start(response: ServerResponse): void {
    this.#open.add(response)
    const heartbeat = setInterval(() => {
      if (response.writableLength === 0) response.write(': still here\n\n')
    }, HEARTBEAT_MS)
    response.on('close', () => {
      this.#open.delete(response)
      clearInterval(heartbeat)
    })
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.flushHeaders()
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
