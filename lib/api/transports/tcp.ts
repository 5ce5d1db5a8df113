/**
 * The API over TCP, for where the layout has `api.tcp`. A page in somebody's browser can reach a port of this machine, also
 * under a name of its own: so the Host must be one that is listed, an Origin must be exactly ours, there are no cookies, and
 * no other origin is allowed anything.
 */
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { readFileSync, statSync } from 'node:fs'
import { messageOf, OrchestraError } from '../../core/errors.js'
import type { TcpSpec } from '../../core/layout/api-spec.js'
import { isLoopback } from '../../core/layout/check-api.js'
import type { Access } from '../access.js'
import { Connections } from '../connections.js'
import { requestHandler, type Api } from '../handle-request.js'
import type { ApiServer } from '../server.js'
import { WrongLogins } from './wrong-logins.js'
import { acceptUpgrades } from './upgrade.js'

const HEAD_MS = 5000
const TLS_CHECK_MS = 2000
type Refused = readonly [status: number, reason: string]

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const

export interface TcpServer extends ApiServer {
  readonly port: number
}

/** @throws OrchestraError(failed): the port is taken, a file of the certificate cannot be read */
export async function serveTcp<Daemon>(api: Api<Daemon>, spec: TcpSpec): Promise<TcpServer> {
  const { server, stopTls } = makeServer(spec, api.report)
  const guarded = byTokenAlone(api)
  const logins = new WrongLogins()
  const requests = requestHandler(guarded, 'tcp', new Connections(server))
  const addressOf = (request: IncomingMessage) => clientAddress(request, spec)
  const refuse = (request: IncomingMessage): Refused | null =>
    logins.isBarred(addressOf(request))
      ? [429, 'too many wrong logins: wait a minute']
      : refusalOf(request, spec, portOf(server) ?? spec.port)
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    const refusal = refuse(request)
    if (refusal !== null) return sendRefusal(response, refusal)
    response.once('finish', () => {
      // One without a token is no guess: any page could ask so often that this address is barred.
      if (response.statusCode === 401 && request.headers.authorization !== undefined)
        logins.note(addressOf(request))
    })
    requests.listener(request, response)
  })
  const upgrades = acceptUpgrades(server, guarded, 'tcp', refuse, (request) =>
    logins.note(addressOf(request)),
  )
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
    else socket.destroy()
  })
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(spec.port, spec.host, resolve)
    })
  } catch (cause) {
    stopTls()
    throw new OrchestraError(`the API cannot listen on ${spec.host}:${spec.port}: ${whyNot(cause)}`, {
      kind: 'failed',
      cause,
      hint: 'give `api.tcp` in the layout another host or port, or make this one free: it is tried again every few seconds',
    })
  }
  return {
    port: portOf(server) ?? spec.port,
    close: async () => {
      stopTls()
      upgrades.close()
      await requests.end()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

const WHY_NOT: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program has that port',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'this user may not have that port',
  ENOTFOUND: 'no address has that name',
}

function whyNot(cause: unknown): string {
  return WHY_NOT[String((cause as NodeJS.ErrnoException).code)] ?? messageOf(cause)
}

/** Nobody is the owner of the socket by this door, whatever is wrong behind it. */
function byTokenAlone<Daemon>(api: Api<Daemon>): Api<Daemon> {
  const access: Access = {
    authenticate: (credentials) => {
      const by = api.access.authenticate(credentials)
      if (by.via === 'tcp') return by
      throw new OrchestraError('a token is needed', { kind: 'unauthorized' })
    },
    identify: (credentials) => {
      const by = api.access.identify(credentials)
      return by?.via === 'tcp' ? by : null
    },
    watch: (...asked) => api.access.watch(...asked),
    refusal: (...asked) => api.access.refusal(...asked),
    refused: (...asked) => api.access.refused(...asked),
  }
  return Object.assign(Object.create(api) as Api<Daemon>, { access })
}

const OPTIONS = {
  requestTimeout: 30_000,
  headersTimeout: HEAD_MS,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 16 * 1024,
}

function makeServer(
  { tls }: TcpSpec,
  report: (error: unknown) => void,
): { server: Server; stopTls: () => void } {
  if (tls === null) return { server: createHttp(OPTIONS), stopTls: () => undefined }
  const read = () => {
    try {
      return { cert: readFileSync(tls.cert), key: readFileSync(tls.key) }
    } catch (cause) {
      throw new OrchestraError(`the API has no TLS: the certificate cannot be read: ${messageOf(cause)}`, {
        kind: 'failed',
        cause,
        hint: 'look at the files of `api.tcp.tls` in the layout: they are tried again every few seconds',
      })
    }
  }
  const server = createHttps({ ...OPTIONS, ...read(), minVersion: 'TLSv1.2' })
  const changed = () =>
    [tls.cert, tls.key].map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs).join()
  let known = changed()
  const timer = setInterval(() => {
    const now = changed()
    if (now === known) return
    try {
      server.setSecureContext(read())
      known = now
    } catch (error) {
      // Half-written, or a key that does not fit: the old one goes on, and the files are read again.
      report(error)
    }
  }, TLS_CHECK_MS).unref()
  return { server, stopTls: () => clearInterval(timer) }
}

function portOf(server: Server): number | undefined {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : undefined
}

/** Behind a proxy the last address of its list is what it has seen itself. */
function clientAddress(request: IncomingMessage, { behind }: TcpSpec): string {
  const own = request.socket.remoteAddress ?? ''
  if (behind === null) return own
  return (
    String(request.headers['x-forwarded-for'] ?? '')
      .split(',')
      .at(-1)
      ?.trim() || own
  )
}

/** Before anything else is looked at. */
function refusalOf(
  { headers, method = 'GET', url = '', rawHeaders }: IncomingMessage,
  spec: TcpSpec,
  port: number,
): Refused | null {
  // A proxy in front may take the other one.
  if (!url.startsWith('/') || countOf('host', rawHeaders) > 1) return [400, 'this address means two things']
  const host = hostOf(headers.host ?? '')
  const names = new Set([...spec.names, ...(isLoopback(spec.host) ? ['localhost', '127.0.0.1', '::1'] : [])])
  if (host === null || !names.has(host)) return [421, 'this is not a name of mine: list it in api.tcp.names']
  const { origin } = headers
  if (origin !== undefined && !originsOf(names, spec, port).has(origin.toLowerCase()))
    return [403, 'another page may not ask here']
  const site = headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin' || site === 'none') return null
  // A person who follows a link; never what a page asks by itself.
  const isLink = method === 'GET' && headers['sec-fetch-dest'] === 'document'
  return isLink ? null : [403, 'another page may not ask here']
}

function countOf(name: string, rawHeaders: readonly string[]): number {
  return rawHeaders.filter((text, i) => i % 2 === 0 && text.toLowerCase() === name).length
}

/** The name without its port; null: not of that form. */
function hostOf(text: string): string | null {
  const match = /^(?:\[([0-9a-f:]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(text)
  return (match?.[1] ?? match?.[2])?.toLowerCase() ?? null
}

function originsOf(names: ReadonlySet<string>, { tls, behind }: TcpSpec, port: number): Set<string> {
  const scheme = tls !== null || behind !== null ? 'https' : 'http'
  return new Set(
    [...names].flatMap((name) => {
      const host = name.includes(':') ? `[${name}]` : name
      // A proxy has a port of its own, most often the usual one.
      return [
        `${scheme}://${host}:${port}`,
        ...(behind === null && port !== 443 ? [] : [`${scheme}://${host}`]),
      ]
    }),
  )
}

function sendRefusal(response: ServerResponse, [status, message]: Refused): void {
  const kind = status === 403 ? 'forbidden' : 'refused'
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
  response.end(JSON.stringify({ error: { kind, message } }))
}
