/**
 * A GitHub of our own for specs and the demonstration: what is written stays, every exchange is held to GitHub's description,
 * and it loses, halves, doubles and delays answers, lags behind itself, limits, renames and forgets as the real one does.
 */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Describer } from './description.js'
import type { Fault, Faults } from './fake-faults.js'
import { FakeJson } from './fake-json.js'
import { refuse } from './fake-refuse.js'
import { HANDLERS, type FakeLags, type FakeReply, type FakeRequest } from './fake-routes.js'
import { FakeWorld, type FakePermission, type FakeRepository } from './fake-world.js'

export interface SeenRequest {
  readonly at: number
  readonly method: string
  readonly path: string
  readonly operation: string
  readonly query: Readonly<Record<string, string>>
  readonly body: string
  readonly token: string | null
  readonly fault: Fault['kind'] | null
  status: number
}

interface Token {
  readonly login: string
  /** What a fine-grained token may do with issues. */
  issues: 'read' | 'write'
}

export class FakeGithub {
  readonly world = new FakeWorld()
  readonly lags: FakeLags = { list: 0, filtered: 0, search: 0 }
  readonly tokens = new Map<string, Token>()
  readonly requests: SeenRequest[] = []
  /** Exchanges that GitHub's description does not know so. */
  readonly problems: string[] = []
  /** What befalls a request; null: nothing. */
  faults: Faults = () => null
  /** Called before each request is carried out: a person may do something in between. */
  between: (request: SeenRequest) => void = () => undefined
  /** Of the primary budget. */
  limit = 5000
  remaining = 5000
  resetAt = Date.now() + 3_600_000
  /** Paths whose answer is always that nothing has changed, once a client has an ETag. */
  readonly stuck = new Set<string>()
  /** Operations that this GitHub does not have, as an older Enterprise Server. */
  readonly absent = new Set<string>()
  /** Below which the API stands: `/api/v3` of an Enterprise Server. */
  readonly base: string
  readonly #describer = new Describer()
  readonly #json = new FakeJson(() => this.url)
  readonly #server: Server
  #port = 0

  constructor(base = '') {
    this.base = base
    this.#server = createServer((request, response) => this.#receive(request, response))
    this.tokens.set('token-of-orchestra', { login: 'orchestra-bot', issues: 'write' })
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}${this.base}`
  }

  /** Of a person whose token is known, `token-of-orchestra` without one; may push to every repository. */
  get me() {
    return this.world.user('orchestra-bot')
  }

  /** A private repository where orchestra may push. */
  repository(fullName = 'owner/name', permission: FakePermission = 'write'): FakeRepository {
    const made = this.world.repository(fullName)
    made.permissions.set(this.me.login, permission)
    return made
  }

  /** Requests that changed something, or were to. */
  get writes(): SeenRequest[] {
    return this.requests.filter(({ method }) => method !== 'GET')
  }

  async start(port = 0): Promise<void> {
    await new Promise<void>((resolve) => void this.#server.listen(port, '127.0.0.1', resolve))
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => void this.#server.close(resolve))
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => this.#answer(request, response, Buffer.concat(chunks).toString('utf8')))
    request.on('error', () => undefined)
  }

  #answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    const url = new URL(request.url ?? '/', this.url)
    if (url.pathname.startsWith(`${this.base}/_logs/`)) return this.#log(url.pathname, request, response)
    const asked = url.pathname.slice(this.base.length)
    const byId = /^\/repositories\/(\d+)(\/.*)?$/.exec(asked)
    const repositoryById = this.world.repositories.get(Number(byId?.[1]))
    const path = repositoryById === undefined ? asked : `/repos/${repositoryById.fullName}${byId?.[2] ?? ''}`
    const method = request.method ?? 'GET'
    const operation = this.#describer.operationOf(method, path) ?? `${method} ${path}`
    const faulted = { method, path, operation, count: this.requests.length + 1 }
    const fault = this.faults(faulted)
    const token = /^(?:Bearer|token) (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null
    const query = Object.fromEntries(url.searchParams)
    const at = this.world.now()
    const seen: SeenRequest = { ...faulted, at, query, body, token, fault: fault?.kind ?? null, status: 0 }
    this.requests.push(seen)
    if (fault?.kind === 'drop-before') return void response.socket?.destroy()
    if (fault?.kind === 'status-before')
      return this.#send(response, seen, refuse(fault.status, 'Server Error'))
    if (fault?.kind === 'secondary') return this.#send(response, seen, secondary(fault))
    this.between(seen)
    const reply = this.#handle(seen, request)
    this.#check(seen, reply)
    this.#deliver(response, seen, reply, fault)
  }

  #deliver(response: ServerResponse, seen: SeenRequest, reply: FakeReply, fault: Fault | null): void {
    switch (fault?.kind) {
      case 'drop-after':
        return void response.socket?.destroy()
      case 'status-after':
        return this.#send(response, seen, refuse(fault.status, 'Server Error'))
      case 'late':
        setTimeout(() => this.#send(response, seen, reply), fault.ms)
        return
      case 'half':
      case 'double':
        return raw(response.socket, this.#headers(reply), reply, fault.kind)
      default:
        return this.#send(response, seen, reply)
    }
  }

  #handle(seen: SeenRequest, request: IncomingMessage): FakeReply {
    const { operation, path, query, method } = seen
    if (request.headers['user-agent'] === undefined) return refuse(403, 'a User-Agent is needed')
    const token = this.tokens.get(seen.token ?? '')
    if (token === undefined) return refuse(401, 'Bad credentials')
    if (this.remaining <= 0 && this.world.now() < this.resetAt) return refuse(403, 'API rate limit exceeded')
    if (this.world.now() >= this.resetAt) {
      this.remaining = this.limit
      this.resetAt = this.world.now() + 3_600_000
    }
    const handler = this.absent.has(operation) ? undefined : HANDLERS[operation]
    const params = paramsOf(operation, path)
    const found = this.#repositoryOf(params, path, method)
    if (found !== null && 'status' in found) return found
    if (handler === undefined) return refuse(404, 'Not Found')
    const me = this.world.user(token.login)
    const repository = found ?? this.repository()
    const permission = repository.permissions.get(me.login) ?? (repository.isPrivate ? 'none' : 'read')
    if (permission === 'none' && found !== null) return refuse(404, 'Not Found')
    if (method !== 'GET' && token.issues === 'read')
      return {
        ...refuse(403, 'Resource not accessible by personal access token'),
        headers: { 'x-accepted-github-permissions': 'issues=write' },
      }
    if (method !== 'GET' && repository.isArchived)
      return refuse(403, 'Repository was archived so is read-only.')
    const asked: FakeRequest = {
      operation,
      params,
      query,
      body: parsed(seen.body),
      me,
      permission,
      repository,
    }
    const reply = handler(asked, {
      world: this.world,
      json: this.#json,
      lags: this.lags,
      api: () => this.url,
    })
    return this.#conditional(this.#paged(reply, seen, repository), seen, request)
  }

  #repositoryOf(
    params: Readonly<Record<string, string>>,
    path: string,
    method: string,
  ): FakeRepository | FakeReply | null {
    const { owner, repo } = params
    if (owner === undefined || repo === undefined) return null
    const name = `${owner}/${repo}`
    const found = this.world.find(name)
    if (found !== undefined) return found
    const moved = this.world.redirects.get(name.toLowerCase())
    if (moved === undefined) return refuse(404, 'Not Found')
    const rest = path.slice(`/repos/${name}`.length)
    // As recorded: 301 for reading, 307 for what changes.
    const status = method === 'GET' || method === 'POST' ? 301 : 307
    return {
      status,
      body: { message: 'Moved Permanently' },
      headers: { location: `${this.url}/repositories/${moved}${rest}` },
    }
  }

  #paged(
    { list, wrap, ...reply }: FakeReply,
    { query, path }: SeenRequest,
    repository: FakeRepository,
  ): FakeReply {
    if (list === undefined) return reply
    const size = Math.min(Number(query['per_page'] ?? 30), 100)
    const page = Number(query['page'] ?? 1)
    const part = list.slice((page - 1) * size, page * size)
    const address = (number: number) => {
      const search = new URLSearchParams({ ...query, page: String(number) }).toString()
      return `${this.url}${path.replace(/^\/repos\/[^/]+\/[^/]+/, `/repositories/${repository.id}`)}?${search}`
    }
    const last = Math.max(1, Math.ceil(list.length / size))
    const links = page < last ? [`<${address(page + 1)}>; rel="next"`, `<${address(last)}>; rel="last"`] : []
    return {
      ...reply,
      body: wrap === undefined ? part : wrap(part, list.length),
      headers: { ...reply.headers, ...(links.length === 0 ? {} : { link: links.join(', ') }) },
    }
  }

  #conditional(reply: FakeReply, { method, path }: SeenRequest, request: IncomingMessage): FakeReply {
    if (method !== 'GET' || reply.status !== 200) {
      this.remaining -= 1
      return reply
    }
    const etag = `W/"${createHash('sha256').update(JSON.stringify(reply.body)).digest('hex').slice(0, 32)}"`
    const held = request.headers['if-none-match']
    // An ETag that was given for another page says nothing.
    if (held !== undefined && (held === etag || this.stuck.has(path)))
      return { status: 304, headers: { etag: held } }
    this.remaining -= 1
    return { ...reply, headers: { ...reply.headers, etag } }
  }

  #check(seen: SeenRequest, reply: FakeReply): void {
    const { method, path, query, body } = seen
    this.problems.push(
      ...this.#describer.problems({
        method,
        path,
        query,
        body: body === '' ? undefined : parsed(body),
        status: reply.status,
        response: reply.body,
      }),
    )
  }

  #headers(reply: FakeReply): Record<string, string> {
    return {
      'content-type': 'application/json; charset=utf-8',
      date: new Date(this.world.now()).toUTCString(),
      'x-ratelimit-limit': String(this.limit),
      'x-ratelimit-remaining': String(Math.max(0, this.remaining)),
      'x-ratelimit-reset': String(Math.ceil(this.resetAt / 1000)),
      'x-ratelimit-resource': 'core',
      ...reply.headers,
    }
  }

  #send(response: ServerResponse, seen: SeenRequest, reply: FakeReply): void {
    seen.status = reply.status
    if (response.destroyed || response.socket === null) return
    response.sendDate = false
    response.writeHead(reply.status, this.#headers(reply))
    response.end(reply.body === undefined ? '' : JSON.stringify(reply.body))
  }

  #log(path: string, request: IncomingMessage, response: ServerResponse): void {
    const [, id, job] = /_logs\/(\d+)\/(\d+)/.exec(path) ?? []
    const jobs = this.world.repositories.get(Number(id))?.runs.flatMap((run) => run.jobs) ?? []
    const log = jobs.find((one) => one.id === Number(job))?.log
    if (request.headers.authorization !== undefined)
      this.problems.push('the host of the logs was given the token')
    const body = Buffer.from(log ?? '')
    const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]
    const status = log === undefined ? 404 : from === undefined ? 200 : 206
    const part = body.subarray(Number(from ?? 0))
    response.writeHead(status, { 'content-type': 'text/plain', 'content-length': part.length })
    response.end(part)
  }
}

function secondary({ status, retryAfter }: Extract<Fault, { kind: 'secondary' }>): FakeReply {
  return {
    status,
    body: {
      message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      documentation_url:
        'https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
    },
    headers: retryAfter === null ? {} : { 'retry-after': String(retryAfter) },
  }
}

/** On the bare connection: half of the answer and then its end, or all of it twice. */
function raw(
  socket: Socket | null,
  headers: Record<string, string>,
  reply: FakeReply,
  kind: 'half' | 'double',
): void {
  const body = Buffer.from(reply.body === undefined ? '' : JSON.stringify(reply.body))
  const lines = [
    `HTTP/1.1 ${reply.status} OK`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  const head = Buffer.from(`${lines.join('\r\n')}\r\ncontent-length: ${body.length}\r\n\r\n`)
  if (kind === 'double') socket?.write(Buffer.concat([head, body, head, body]))
  else socket?.end(Buffer.concat([head, body.subarray(0, Math.floor(body.length / 2))]))
}

function parsed(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function paramsOf(operation: string, path: string): Readonly<Record<string, string>> {
  const [, route = ''] = operation.split(' ')
  const names = [...route.matchAll(/\{(\w+)\}/g)].map((found) => found[1]!)
  const pattern = new RegExp(
    `^${route.replace(/\{(\w+)\}/g, (_, name: string) => (/^(path|ref)$/.test(name) ? '(.+)' : '([^/]+)'))}$`,
  )
  const found = pattern.exec(path)
  return Object.fromEntries(names.map((name, i) => [name, found?.[i + 1] ?? '']))
}

export async function withFakeGithub(use: (github: FakeGithub) => Promise<void>, base = ''): Promise<void> {
  const github = new FakeGithub(base)
  await github.start()
  try {
    await use(github)
  } finally {
    await github.stop()
  }
}
