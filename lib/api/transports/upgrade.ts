/** Upgrades to WebSocket, the same for every door. What speaks WebSocket is loaded when the first client asks for it. */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Credentials } from '../access.js'
import type { Api } from '../handle-request.js'
import type { WebSocketDoor } from './web-socket.js'

const PATHS = new Set(['/v1/ws', '/api/v1/ws'])
/** Those that are being let in; each of them costs no more than a head. */
const MAX_WAITING = 64

/**
 * @param refuse an answer for one that may not come in by this door: status and reason
 * @param wrongLogin hears of one that said a token which does not count
 */
export function acceptUpgrades<Daemon>(
  server: Server,
  api: Api<Daemon>,
  via: Credentials['via'],
  refuse: (request: IncomingMessage) => readonly [number, string] | null = () => null,
  wrongLogin: (request: IncomingMessage) => void = () => undefined,
): { readonly close: () => void } {
  let door: Promise<WebSocketDoor> | undefined
  let waiting = 0
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const path = (request.url ?? '').split('?')[0] ?? ''
    const refusal = refuse(request)
    if (refusal !== null) return end(socket, ...refusal)
    if (!PATHS.has(path)) return end(socket, 404, 'Not Found')
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') return end(socket, 426, 'Upgrade Required')
    if (api.isStopping || waiting >= MAX_WAITING) return end(socket, 503, 'Service Unavailable')
    waiting += 1
    door ??= import('./web-socket.js').then(({ webSocketDoor }) => webSocketDoor(api, via, wrongLogin))
    door
      .then((ready) => ready.accept(request, socket, head))
      .catch((error: unknown) => {
        api.report(error)
        socket.destroy()
      })
      .finally(() => (waiting -= 1))
  })
  return { close: () => void door?.then((ready) => ready.close()) }
}

function end(socket: Duplex, status: number, reason: string): void {
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
