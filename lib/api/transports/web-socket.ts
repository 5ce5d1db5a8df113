/**
 * Events and the state over WebSocket. A client says who it is and where it was (`after`); it then hears every event behind
 * that, once and in order, or is told that this is too long ago (`resync`, with the whole state). One that does not read costs
 * nobody else: what is not read yet stays in the journal, from where it is read again, and in the end it is cut off.
 */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import { OrchestraError } from '../../core/errors.js'
import { formatPrincipal } from '../../core/principal.js'
import type { AskedRoute, Credentials } from '../access.js'
import { bearerOf, insideOf, type Api } from '../handle-request.js'
import { parseHello, type Hello } from '../streams/hello.js'
import { Reader, type Outlet } from '../streams/reader.js'
import { sharedMessages } from '../streams/shared-messages.js'

export interface WebSocketDoor {
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void
  close(): void
}

const MAX_CLIENTS = 64
const MAX_CLIENTS_OF_ONE = 8
/** That have not said yet who they are: they take no place of those that are let in. */
const MAX_WAITING = 64
const HELLO_MS = 5000
/** A client that was let in by its head need say nothing: this long it may still say where it was. */
const SILENT_MS = 1000
const PING_MS = 15_000
/** So long one that is refused, or has lost its right, may take to say goodbye. */
const GOODBYE_MS = 1000
const MAX_MESSAGE_BYTES = 16 * 1024

export const CLOSE = {
  away: 1001,
  slow: 4008,
  hello: 4400,
  unauthorized: 4401,
  forbidden: 4403,
  late: 4408,
  many: 4429,
} as const

export function webSocketDoor<Daemon>(
  api: Api<Daemon>,
  via: Credentials['via'],
  wrongLogin: (request: IncomingMessage) => void,
): WebSocketDoor {
  // Compressed, each client would cost seven times as much of a core, and a megabyte.
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    clientTracking: true,
  })
  const shared = sharedMessages(api)
  const counts = new Map<string, number>()
  /** The oldest first. */
  const waiting = new Set<WebSocket>()
  let served = 0
  return {
    accept: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (client) => {
        client.on('error', () => client.terminate())
        waiting.add(client)
        client.once('close', () => waiting.delete(client))
        const [oldest] = waiting
        if (waiting.size > MAX_WAITING && oldest !== undefined) {
          waiting.delete(oldest)
          oldest.terminate()
        }
        letIn(client, request, socket)
      }),
    close: () => {
      for (const client of server.clients) client.close(CLOSE.away, 'the door is closed')
      // Whoever does not answer that is not waited for.
      for (const client of server.clients) client.terminate()
    },
  }

  function letIn(client: WebSocket, request: IncomingMessage, socket: Duplex): void {
    const isCompat = request.url?.startsWith('/api/') === true
    const head: Credentials = { via, token: bearerOf(request), inside: insideOf(request) }
    const isKnown = (via === 'socket' || head.token !== null) && api.access.identify(head) !== null
    // The client of other people says nothing: it is known by its head, and wants what that path is for.
    const silent = isCompat && isKnown
    const begin = (hello: Hello) => {
      clearTimeout(timer)
      client.off('message', onMessage)
      // What comes later is read and means nothing.
      client.on('message', () => undefined)
      const credentials = hello.auth === null ? head : { ...head, token: hello.auth }
      const names = hello.names ?? (isCompat ? 'compat' : 'ours')
      serve(outletOf(client, socket), client, credentials, request, { ...hello, names })
    }
    const onMessage = (data: Buffer) => {
      const hello = parseHello(data.toString('utf8'))
      if (hello === null) return end(client, CLOSE.hello, 'the first message is {auth, after, want, names}')
      begin(hello)
    }
    const timer = setTimeout(
      () => {
        if (silent) begin({ auth: null, after: null, want: new Set(['event']), changes: false, names: null })
        else end(client, CLOSE.late, 'no first message came')
      },
      silent ? SILENT_MS : HELLO_MS,
    )
    client.on('message', onMessage)
    client.once('close', () => clearTimeout(timer))
  }

  /** null: nobody; that is noted. */
  function whoIs(credentials: Credentials) {
    try {
      return api.access.authenticate(credentials)
    } catch (error) {
      if (error instanceof OrchestraError) return null
      throw error
    }
  }

  function serve(
    outlet: Outlet,
    client: WebSocket,
    credentials: Credentials,
    request: IncomingMessage,
    hello: Hello,
  ): void {
    waiting.delete(client)
    const by = whoIs(credentials)
    if (by === null) {
      if (credentials.token !== null) wrongLogin(request)
      return end(client, CLOSE.unauthorized, 'a token is needed')
    }
    const asked = routesOf(hello)
    const refusal = asked.map((route) => api.access.refusal(by, route, {}, new URLSearchParams()))
    for (const [i, one] of refusal.entries()) {
      const route = asked[i]
      if (one === null || route === undefined) continue
      api.access.refused(by, route, one)
      return end(client, CLOSE.forbidden, one.permission)
    }
    if (served >= MAX_CLIENTS) return end(client, CLOSE.many, 'too many clients')
    served += 1
    client.once('close', () => (served -= 1))
    // Who owns the socket may have many windows; a token is one client's.
    const name = credentials.token === null ? null : formatPrincipal(by)
    if (name !== null) {
      const count = (counts.get(name) ?? 0) + 1
      if (count > MAX_CLIENTS_OF_ONE) return end(client, CLOSE.many, 'too many clients of this token')
      counts.set(name, count)
      client.once('close', () => counts.set(name, (counts.get(name) ?? 1) - 1))
    }
    const reader = new Reader(outlet, hello, shared)
    const stopWatch = api.access.watch(by, () => {
      const who = api.access.identify(credentials)
      if (who === null) return end(client, CLOSE.unauthorized, 'the token does not count any more')
      const lost = asked.find((route) => api.access.refusal(who, route, {}, new URLSearchParams()) !== null)
      if (lost !== undefined) end(client, CLOSE.forbidden, lost.permission)
    })
    const stopPings = ping(client)
    client.once('close', () => {
      stopWatch()
      stopPings()
      reader.stop()
    })
    reader.start()
  }
}

/** Whoever does not answer is not waited for: ws alone would keep it for half a minute. */
function end(client: WebSocket, code: number, why: string): void {
  if (client.readyState !== client.OPEN) return
  client.close(code, why)
  const timer = setTimeout(() => client.terminate(), GOODBYE_MS)
  client.once('close', () => clearTimeout(timer))
}

function outletOf(client: WebSocket, socket: Duplex): Outlet {
  return {
    get isOpen() {
      return client.readyState === client.OPEN
    },
    get waitingBytes() {
      return client.bufferedAmount
    },
    send: (message) => client.send(message.text, { binary: false }),
    together: (send) => {
      socket.cork()
      send()
      socket.uncork()
    },
    // One that does not read this either is cut off by ws after half a minute.
    endSlow: () => client.close(CLOSE.slow, 'slow'),
  }
}

/** Two that are not answered: nobody is there. */
function ping(client: WebSocket): () => void {
  let missed = 0
  client.on('pong', () => (missed = 0))
  const timer = setInterval(() => {
    if (missed >= 2) return client.terminate()
    missed += 1
    client.ping()
  }, PING_MS)
  return () => clearInterval(timer)
}

function routesOf({ want }: Hello): AskedRoute[] {
  const path = '/v1/ws'
  return [
    ...(want.has('event') ? [{ method: 'GET', path, permission: 'events:read' } as const] : []),
    ...(want.has('status') ? [{ method: 'GET', path, permission: 'status:read' } as const] : []),
  ]
}
