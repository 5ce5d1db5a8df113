/** HTTP + JSON over a UNIX socket, and the event stream. 0600 in a 0700 directory: who can connect is the user. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { chmodSync, lstatSync, unlinkSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { isHanging, isOfStore, OrchestraError, type ErrorKind, messageOf } from '../core/errors.js'
import type { ApiErrorBody, Question } from '../core/protocol/api.js'
import { ownerOfSocket } from '../core/principal.js'
import { makeDir } from '../home/make-dir.js'
import { Connections } from './connections.js'
import { EventStreams } from './event-stream.js'
import { readBody } from './read-body.js'
import { matchPath, matchRoute, type RouteInput } from './routes.js'
import type { Service } from './service.js'

/** A head that is not whole by then: ours come with the connection. */
const HEAD_MS = 5000
/** A complaint about a request may quote all of it. */
const MAX_MESSAGE = 500
/** With every answer: whoever was not understood learns whether it is of another version. */
export const VERSION_HEADER = 'orchestra-version'

const HTTP_STATUS: Readonly<Record<ErrorKind, number>> = {
  usage: 400,
  refused: 409,
  failed: 500,
  unreachable: 503,
  bug: 500,
}

export interface ApiServer {
  close(): Promise<void>
}

/** Listens on `path`. A socket file that nobody answers on is replaced; a live one is an error. */
export async function serveApi(
  service: Service,
  path: string,
  { version, report }: { readonly version: string; readonly report: (error: unknown) => void },
): Promise<ApiServer> {
  const dir = dirname(path)
  makeDir(dir)
  const info = lstatSync(dir)
  if (!info.isDirectory() || info.uid !== process.getuid?.()) {
    throw new OrchestraError(`${dir} is not a directory of yours`, {
      kind: 'failed',
      hint: 'Remove it, or set ORCHESTRA_HOME to a directory of your own.',
    })
  }
  chmodSync(dir, 0o700)
  await removeStaleSocket(path)

  const server = createServer({
    requestTimeout: 30_000,
    headersTimeout: HEAD_MS,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: 1000,
  })
  const connections = new Connections(server)
  const streams = new EventStreams(service)
  server.on('request', (request, response) => {
    response.setHeader(VERSION_HEADER, version)
    answer(service, request, response, { report, connections, streams }).catch((error: unknown) => {
      report(error)
      response.destroy()
    })
  })
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
    else socket.destroy()
  })
  const umask = process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
  } finally {
    process.umask(umask)
  }
  return { close: () => closeServer(server) }
}

async function removeStaleSocket(path: string): Promise<void> {
  const alive = await new Promise<boolean>((resolve) => {
    const probe = connect(path)
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })
  if (alive) throw new OrchestraError(`a daemon already listens on ${path}`, { kind: 'refused' })
  try {
    unlinkSync(path)
  } catch {
    // nothing was there
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** An absolute-form target, a path that starts with two slashes: what cannot be a path here is null. */
function parseUrl(target: string): URL | null {
  try {
    return new URL(target, 'http://orchestra')
  } catch {
    return null
  }
}

interface AnswerDeps {
  readonly report: (error: unknown) => void
  readonly connections: Connections
  readonly streams: EventStreams
}

async function answer(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  { report, connections, streams }: AnswerDeps,
): Promise<void> {
  try {
    const url = parseUrl(request.url ?? '/')
    if (url === null) return sendError(response, 400, { kind: 'usage', message: 'this is not a path' })
    if (request.method === 'GET' && url.pathname === '/v1/stream') {
      connections.stream(response)
      return streams.events(url, response)
    }
    const log = matchPath('/v1/agents/:id/log/stream', url.pathname)
    if (request.method === 'GET' && log?.['id'] !== undefined) {
      connections.stream(response)
      return streams.log(log['id'], response)
    }

    const matched = matchRoute(request.method ?? '', url.pathname)
    if (matched === null)
      return sendError(response, 404, { kind: 'usage', message: `no such path: ${url.pathname}` })
    if ('allow' in matched) {
      response.setHeader('allow', matched.allow.join(', '))
      return sendError(response, 405, { kind: 'usage', message: `use ${matched.allow.join(' or ')} here` })
    }
    const { route, params } = matched
    let body: unknown = undefined
    if (route.method === 'POST') {
      body = await readBody(request)
      if (route.body !== undefined) {
        const { requestSchemas } = await import('./schemas.js')
        const parsed = requestSchemas()[route.body].safeParse(body ?? {})
        if (!parsed.success) {
          const first = parsed.error.issues[0]
          const where =
            first === undefined || first.path.length === 0 ? 'body' : first.path.map(String).join('.')
          return sendError(response, 400, {
            kind: 'usage',
            message: `${where}: ${first?.message ?? 'not valid'}`.slice(0, MAX_MESSAGE),
          })
        }
        body = parsed.data
      }
      // What was taken from now on, nobody would write down or carry out.
      if (service.isStopping) {
        const hint = 'Ask again in a moment.'
        throw new OrchestraError('the daemon is being stopped', { kind: 'unreachable', hint })
      }
    }
    const by = ownerOfSocket(process.getuid?.() ?? 0)
    const input: RouteInput = { params, query: url.searchParams, body, by }
    const answered = bodyOf(await route.handle(service, input))
    if (route.isBare !== true) await service.settled()
    send(response, 200, answered)
  } catch (thrown) {
    const error = await settledError(service, thrown)
    if (error instanceof OrchestraError) {
      const hint = error.hint === undefined ? {} : { hint: error.hint }
      const question = error.details['question'] as Question | undefined
      const asks = error.details['asks'] as ApiErrorBody['error']['asks']
      const status = error.details['status']
      return sendError(response, typeof status === 'number' ? status : HTTP_STATUS[error.kind], {
        kind: error.kind,
        message: error.message,
        ...hint,
        ...(question === undefined ? {} : { question }),
        ...(asks === undefined ? {} : { asks }),
        ...(isHanging(error) ? { hangs: true } : {}),
      })
    }
    report(error)
    sendError(response, 500, { kind: 'bug', message: messageOf(error) })
  }
}

/** A refusal tells of the state, too; what the store itself says does not wait for it. */
async function settledError(service: Service, error: unknown): Promise<unknown> {
  if (isOfStore(error)) return error
  try {
    await service.settled()
    return error
  } catch (unconfirmed) {
    return unconfirmed
  }
}

function bodyOf(value: unknown): string {
  return JSON.stringify(value ?? null)
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, bodyOf(value))
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}

function sendError(response: ServerResponse, status: number, error: ApiErrorBody['error']): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  if (status === 413) response.setHeader('connection', 'close')
  sendJson(response, status, { error } satisfies ApiErrorBody)
}
