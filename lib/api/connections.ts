/**
 * Who may stay connected. A short request always finds a place: streams have their own, few enough, and whoever connects
 * and asks nothing makes room for the next one.
 */
import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

export const MAX_STREAMS = 64
const MAX_CONNECTIONS = 256
/** Above everything that is let in by the rest: requests at work are not cut off. */
const HARD_LIMIT = 1024

export class Connections {
  /** Those that have not asked anything yet, the oldest first. */
  readonly #asking = new Set<Socket>()
  /** The oldest first. */
  readonly #streams = new Set<ServerResponse>()
  #count = 0

  constructor(server: Server) {
    server.maxConnections = HARD_LIMIT
    server.on('connection', (socket) => this.#connected(socket))
    server.on('request', ({ socket }, response) => {
      this.#asking.delete(socket)
      // A connection that is kept may ask again, or only stay.
      response.once('finish', () => {
        if (!socket.destroyed) this.#asking.add(socket)
      })
    })
  }

  #connected(socket: Socket): void {
    this.#count += 1
    this.#asking.add(socket)
    socket.once('close', () => {
      this.#count -= 1
      this.#asking.delete(socket)
    })
    if (this.#count <= MAX_CONNECTIONS) return
    const [oldest] = this.#asking
    if (oldest !== undefined && oldest !== socket) oldest.destroy()
  }

  /** Takes a stream in. Beyond the limit the oldest goes of those that somebody does not read, else the oldest of all. */
  stream(response: ServerResponse): void {
    this.#streams.add(response)
    response.once('close', () => this.#streams.delete(response))
    if (this.#streams.size <= MAX_STREAMS) return
    const others = [...this.#streams].filter((one) => one !== response)
    const goes = others.find((one) => one.writableLength > 0) ?? others[0]
    if (goes === undefined) return
    // At once: more may come before it is closed.
    this.#streams.delete(goes)
    goes.destroy()
  }
}
