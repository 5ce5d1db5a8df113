/** From an HTTP request to its answer, the same for every door: who asks, which row, whether it may, then the handler. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { ZodType } from 'zod'
import { isHanging, isOfStore, messageOf, OrchestraError, type ErrorKind } from '../core/errors.js'
import type { Principal } from '../core/principal.js'
import type { ApiErrorBody, Question } from '../core/protocol/api.js'
import { forbidden, type Access, type Credentials } from './access.js'
import type { Connections } from './connections.js'
import type { EventStreams } from './streams/event-streams.js'
import type { MessageSource } from './streams/shared-messages.js'
import { readBody } from './read-body.js'
import { matchRoute, type MatchedRoute, type Route, type RouteInput } from './route.js'

/** A complaint about a request may quote all of it. */
const MAX_MESSAGE = 500
/** With every answer: a client that was not understood learns whether it is of another version. */
export const VERSION_HEADER = 'orchestra-version'
/** A client that was started by an agent says which: it is then no person. */
export const INSIDE_HEADER = 'orchestra-inside'

const HTTP_STATUS: Readonly<Record<ErrorKind, number>> = {
  usage: 400,
  unauthorized: 401,
  forbidden: 403,
  refused: 409,
  failed: 500,
  unreachable: 503,
  bug: 500,
}

/** What the server knows of the daemon. `Daemon` is what handlers work on, and nothing that is looked into here. */
export interface Api<Daemon> extends MessageSource {
  readonly daemon: Daemon
  readonly routes: readonly Route<Daemon>[]
  readonly access: Access
  /** It does nothing more, and only answers questions. */
  readonly isStopping: boolean
  readonly version: string
  readonly report: (error: unknown) => void
}

export interface RequestHandler {
  readonly listener: RequestListener
  /** The door is closed: open streams are told so, and end. */
  end(): Promise<void>
}

/** Answers requests of one door. `via`: how its clients come in. */
export function requestHandler<Daemon>(
  api: Api<Daemon>,
  via: Credentials['via'],
  connections: Connections,
): RequestHandler {
  const forms = new Map<Route<Daemon>, ZodType>()
  let streams: Promise<EventStreams> | undefined
  const door: Door<Daemon> = {
    api,
    via,
    connections,
    // Loaded by the first stream: a daemon that starts has none.
    streams: () =>
      (streams ??= import('./streams/event-streams.js').then(({ EventStreams }) => new EventStreams(api))),
    forms,
  }
  return {
    listener: (request, response) => {
      response.setHeader(VERSION_HEADER, api.version)
      answer(door, request, response).catch((error: unknown) => {
        api.report(error)
        response.destroy()
      })
    },
    end: async () => (await streams)?.end(),
  }
}

interface Door<Daemon> {
  readonly api: Api<Daemon>
  readonly via: Credentials['via']
  readonly connections: Connections
  readonly streams: () => Promise<EventStreams>
  /** Made at the first request of each kind. */
  readonly forms: Map<Route<Daemon>, ZodType>
}

async function answer<Daemon>(
  door: Door<Daemon>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { api } = door
  try {
    const url = parseUrl(request.url ?? '/')
    if (url === null) return sendError(response, 400, { kind: 'usage', message: 'this is not a path' })
    const credentials = credentialsOf(request, door.via)
    const by = api.access.authenticate(credentials)
    const matched = matchRoute(api.routes, request.method ?? '', url.pathname)
    if (matched === null)
      return sendError(response, 404, { kind: 'usage', message: `no such path: ${url.pathname}` })
    if ('allow' in matched) {
      response.setHeader('allow', matched.allow.join(', '))
      return sendError(response, 405, { kind: 'usage', message: `use ${matched.allow.join(' or ')} here` })
    }
    const { route, params } = matched
    const query = url.searchParams
    refuse(api, by, matched, query)
    if ('stream' in route) {
      const streams = await door.streams()
      if (response.destroyed) return
      door.connections.stream(response)
      const input: RouteInput = { params, query, body: undefined, by }
      route.stream(api.daemon, input, streams.to(response, url.pathname.startsWith('/api/')))
      const look = () => {
        if (!mayStill(api, credentials, matched, query)) response.destroy()
      }
      response.once('close', api.access.watch(by, look))
      // While it was loaded something may have changed.
      look()
      return
    }
    let body: unknown = undefined
    if (route.method !== 'GET') {
      body = await readBody(request)
      if (route.body !== undefined) body = await checked(door, route, body)
      if (api.isStopping) {
        // The daemon is stopping: a request accepted now would be neither recorded nor executed.
        const hint = 'Ask again in a moment.'
        throw new OrchestraError('the daemon is being stopped', { kind: 'unreachable', hint })
      }
    }
    const answered = bodyOf(await route.handle(api.daemon, { params, query, body: body as never, by }))
    if (route.isBare !== true) await api.settled()
    send(response, route.status ?? 200, answered)
  } catch (thrown) {
    const error = await settledError(api, thrown)
    if (error instanceof OrchestraError) return sendRefusal(response, error)
    api.report(error)
    sendError(response, 500, { kind: 'bug', message: messageOf(error) })
  }
}

function credentialsOf(request: IncomingMessage, via: Credentials['via']): Credentials {
  return { via, token: bearerOf(request), inside: insideOf(request) }
}

/** null: none was sent; empty: what was sent is no token. */
export function bearerOf({ headers: { authorization } }: IncomingMessage): string | null {
  return authorization === undefined ? null : (/^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? '')
}

export function insideOf({ headers }: IncomingMessage): string | null {
  const inside = headers[INSIDE_HEADER]
  return inside === undefined ? null : String(inside)
}

/** @throws OrchestraError(forbidden) */
function refuse<Daemon>(
  { access }: Api<Daemon>,
  by: Principal,
  { route, params }: MatchedRoute<Daemon>,
  query: URLSearchParams,
): void {
  const refusal = access.refusal(by, route, params, query)
  if (refusal === null) return
  access.refused(by, route, refusal)
  throw forbidden(by, refusal)
}

/** Asked while a stream is open: its token may be revoked or expired, its agent gone, its role narrowed. */
function mayStill<Daemon>(
  { access }: Api<Daemon>,
  credentials: Credentials,
  { route, params }: MatchedRoute<Daemon>,
  query: URLSearchParams,
): boolean {
  const by = access.identify(credentials)
  return by !== null && access.refusal(by, route, params, query) === null
}

/** @throws OrchestraError(usage): the first place at which the body has not its form. */
async function checked<Daemon>(
  { forms }: Door<Daemon>,
  route: Extract<Route<Daemon>, { handle: unknown }>,
  body: unknown,
): Promise<unknown> {
  let form = forms.get(route)
  if (form === undefined) {
    const { zod } = await import('./zod.js')
    form = route.body?.(zod)
    if (form === undefined) return body
    forms.set(route, form)
  }
  const parsed = form.safeParse(body ?? {})
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  const where = first === undefined || first.path.length === 0 ? 'body' : first.path.map(String).join('.')
  const message = `${where}: ${first?.message ?? 'not valid'}`.slice(0, MAX_MESSAGE)
  throw new OrchestraError(message, { kind: 'usage' })
}

/** An absolute-form target, a path that starts with two slashes: what cannot be a path here is null. */
function parseUrl(target: string): URL | null {
  try {
    return new URL(target, 'http://orchestra')
  } catch {
    return null
  }
}

/** A refusal tells of the state, too; what the store itself says does not wait for it. */
async function settledError<Daemon>(api: Api<Daemon>, error: unknown): Promise<unknown> {
  if (isOfStore(error)) return error
  try {
    await api.settled()
    return error
  } catch (unconfirmed) {
    return unconfirmed
  }
}

function bodyOf(value: unknown): string {
  return JSON.stringify(value ?? null)
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}

function sendRefusal(response: ServerResponse, error: OrchestraError): void {
  const { kind, message, hint, details } = error
  const question = details['question'] as Question | undefined
  const asks = details['asks'] as ApiErrorBody['error']['asks']
  const status = details['status']
  const denied = kind === 'forbidden' ? pick(details, ['permission', 'principal']) : {}
  sendError(response, typeof status === 'number' ? status : HTTP_STATUS[kind], {
    kind,
    message,
    ...denied,
    ...(hint === undefined ? {} : { hint }),
    ...(question === undefined ? {} : { question }),
    ...(asks === undefined ? {} : { asks }),
    ...(isHanging(error) ? { hangs: true } : {}),
  })
}

function pick(details: OrchestraError['details'], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, String(details[name])]))
}

function sendError(response: ServerResponse, status: number, error: ApiErrorBody['error']): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  // Whatever of the body is still to come is not read.
  if (status === 413 || status === 401 || status === 403) response.setHeader('connection', 'close')
  send(response, status, bodyOf({ error } satisfies ApiErrorBody))
}
