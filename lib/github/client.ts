/**
 * GitHub's API over HTTP. Every request passes the host's one lane, is sent once (a GET again, when its answer does not come),
 * and ends in an outcome. A redirect is followed by hand and for GET alone: fetch would make a GET of a POST, and carry the
 * token elsewhere.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Budget, type BudgetFacts } from './budget.js'
import { Lane } from './lane.js'
import type { Outcome } from './outcome.js'
import type { Pace } from './pace.js'
import { dateOf, done, failed, MAX_REPLY_BYTES, parseJson, readBytes, refused } from './read-reply.js'
import type { BodyOf, Method, ParamsOf, QueryOf, ReplyOf, Route, WriteMethod } from './routes.js'

/** The first with which nothing that we read has changed; what GitHub answers without the header. */
const API_VERSION = '2022-11-28'
const MAX_REDIRECTS = 3

export interface ClientOptions {
  /** Without a slash at its end. */
  readonly api: string
  /** Asked for each request; null: there is none. `rejected`: GitHub did not take the last one. */
  readonly token: (rejected: boolean) => Promise<string | null>
  readonly pace: Pace
  readonly now: () => number
  /** Of the program and its version. */
  readonly userAgent: string
  /** Shared by all clients of a host. */
  readonly lane?: Lane
}

export interface Counts {
  readonly sent: number
  /** Of those, what GitHub takes from the budget. */
  readonly counted: number
  readonly notModified: number
  readonly writes: number
}

interface Sent {
  readonly method: Method
  readonly url: string
  readonly etag?: string | null
  readonly body?: unknown
  readonly accept?: string
}

export interface GetOptions<P extends Route<'get'>> {
  readonly params: ParamsOf<'get', P>
  readonly query?: QueryOf<P>
  readonly etag?: string | null
}

export class GithubClient {
  readonly #options: ClientOptions
  readonly #lane: Lane
  readonly #budget: Budget
  readonly #counts = { sent: 0, counted: 0, notModified: 0, writes: 0 }
  #wasRejected = false
  #aheadMs: number | null = null

  constructor(options: ClientOptions) {
    this.#options = options
    this.#lane = options.lane ?? new Lane(options.pace, options.now)
    this.#budget = new Budget(options.pace, options.now)
  }

  get api(): string {
    return this.#options.api
  }

  get budget(): BudgetFacts {
    return this.#budget.facts
  }

  /** How far GitHub's clock is ahead of ours, as its last answer said. */
  get aheadMs(): number {
    return this.#aheadMs ?? 0
  }

  /** What GitHub's clock shows now, by its last answer; null: it has not answered yet. */
  get theirNow(): number | null {
    return this.#aheadMs === null ? null : this.#options.now() + this.#aheadMs
  }

  get counts(): Counts {
    return { ...this.#counts }
  }

  /** `get('/repos/{owner}/{repo}/issues', { params, query, etag })`. */
  get<P extends Route<'get'>>(route: P, options: GetOptions<P>): Promise<Outcome<ReplyOf<'get', P>>> {
    const url = this.#urlOf(route, options.params, options.query)
    return this.#read(url, options.etag ?? null)
  }

  /** The address of a page that an answer named (`next`); one on another host is refused. `T`: as in the answer that named it. */
  follow<T>(link: string, etag: string | null = null): Promise<Outcome<T>> {
    if (!this.#isOurs(link)) {
      const headers = new Headers()
      return Promise.resolve(refused(0, 'other', 'a link that leads to another host', headers))
    }
    return this.#read(link, etag)
  }

  /** Sent once. `done` only with a whole answer; whoever creates looks at its status (201), too. */
  write<M extends WriteMethod, P extends Route<M>>(
    method: M,
    route: P,
    options: { readonly params: ParamsOf<M, P>; readonly body?: BodyOf<M, P> },
  ): Promise<Outcome<ReplyOf<M, P>>> {
    const url = this.#urlOf(route, options.params, undefined)
    const sent: Sent = { method, url, body: options.body }
    return this.#lane.run(true, () => this.#once(sent))
  }

  /** The log of a job: its link leads to another host, which never sees the token. At most `maxBytes` are read, of its end where
   * that host can give a part, else of its beginning. */
  async log(
    params: ParamsOf<'get', '/repos/{owner}/{repo}/actions/jobs/{job_id}/logs'>,
    maxBytes: number,
  ): Promise<Outcome<string>> {
    const url = this.#urlOf('/repos/{owner}/{repo}/actions/jobs/{job_id}/logs', params, undefined)
    const link = await this.#lane.run(false, () => this.#once<null>({ method: 'get', url }))
    if (link.kind !== 'refused' || link.why !== 'moved' || link.location === null)
      return link.kind === 'done' ? { kind: 'unknown', message: 'the log has no link', wasSent: true } : link
    return this.#download(link.location, maxBytes)
  }

  async #read<T>(url: string, etag: string | null): Promise<Outcome<T>> {
    const read = () => this.#lane.run(false, () => this.#followed<T>(url, etag))
    let outcome = await read()
    for (const wait of this.#options.pace.readAgainMs) {
      if (outcome.kind !== 'unknown') break
      await sleep(wait)
      outcome = await read()
    }
    return outcome
  }

  async #followed<T>(url: string, etag: string | null): Promise<Outcome<T>> {
    let at = url
    for (let turn = 0; turn <= MAX_REDIRECTS; turn += 1) {
      const outcome = await this.#once<T>({ method: 'get', url: at, etag })
      if (outcome.kind === 'done' && at !== url) return { ...outcome, movedTo: at }
      if (outcome.kind !== 'refused' || outcome.why !== 'moved') return outcome
      const next = resolveAgainst(outcome.location, at)
      if (next === null || !this.#isOurs(next)) return outcome
      at = next
    }
    return { kind: 'unknown', message: 'too many redirects', wasSent: true }
  }

  async #once<T>(sent: Sent): Promise<Outcome<T>> {
    const held = this.#budget.held()
    if (held !== null) return held
    let response: Response
    let body: Buffer | null
    const signal = AbortSignal.timeout(this.#options.pace.requestMs)
    const token = await this.#options.token(this.#wasRejected)
    this.#wasRejected = false
    if (token === null) return refused(401, 'token', 'there is no token', new Headers())
    const isWrite = sent.method !== 'get'
    let hasAnswer = false
    try {
      this.#counts.sent += 1
      if (isWrite) this.#counts.writes += 1
      response = await fetch(sent.url, {
        method: sent.method.toUpperCase(),
        headers: this.#headersOf(sent, token),
        redirect: 'manual',
        signal,
        ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
      })
      hasAnswer = true
      body = await readBytes(response, MAX_REPLY_BYTES)
    } catch (error) {
      return { kind: 'unknown', message: sayCause(error), wasSent: hasAnswer || !wasNeverSent(error) }
    }
    return this.#classify<T>(response, body)
  }

  #classify<T>(response: Response, body: Buffer | null): Outcome<T> {
    const { status, headers } = response
    this.#budget.note(headers)
    const at = dateOf(headers)
    if (at !== null) this.#aheadMs = at - this.#options.now()
    if (status === 304) {
      this.#counts.notModified += 1
      return { kind: 'not-modified', at: dateOf(headers) }
    }
    this.#counts.counted += 1
    const json = body === null ? undefined : parseJson(body)
    if (status === 401) this.#wasRejected = true
    const limited = this.#budget.limitOf(status, headers, json)
    if (limited !== null) return limited
    this.#budget.noteServed()
    if (status >= 300 && status < 400) return refused(status, 'moved', 'it was moved', headers)
    if (status >= 400) return failed(status, headers, json)
    if (json === undefined)
      return { kind: 'unknown', message: `the answer (${status}) was cut or is not JSON`, wasSent: true }
    return done(response, json as T, null)
  }

  async #download(link: string, maxBytes: number): Promise<Outcome<string>> {
    try {
      const { pace, userAgent } = this.#options
      const load = (range: Readonly<Record<string, string>>) =>
        fetch(link, {
          redirect: 'error',
          headers: { 'user-agent': userAgent, ...range },
          signal: AbortSignal.timeout(pace.requestMs),
        })
      let response = await load({})
      const length = Number(response.headers.get('content-length') ?? 0)
      // The step that failed is the last that ran: what it says stands at the end.
      if (response.ok && length > maxBytes) {
        await response.body?.cancel()
        response = await load({ range: `bytes=${length - maxBytes}-` })
      }
      if (!response.ok) {
        await response.body?.cancel()
        return { kind: 'unknown', message: `the log's link answered ${response.status}`, wasSent: true }
      }
      return done(response, await beginningOf(response, maxBytes), null)
    } catch (error) {
      return { kind: 'unknown', message: sayCause(error), wasSent: true }
    }
  }

  #headersOf({ etag, body, accept }: Sent, token: string): Record<string, string> {
    return {
      accept: accept ?? 'application/vnd.github+json',
      'x-github-api-version': API_VERSION,
      'user-agent': this.#options.userAgent,
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(etag === null || etag === undefined ? {} : { 'if-none-match': etag }),
    }
  }

  #urlOf(route: string, params: unknown, query: unknown): string {
    const values = params as Readonly<Record<string, string | number>>
    const path = route.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])))
    const given = Object.entries((query ?? {}) as Record<string, unknown>).filter(
      ([, value]) => value !== undefined,
    )
    const search = new URLSearchParams(
      given.map(([name, value]): [string, string] => [name, String(value)]),
    ).toString()
    return `${this.#options.api}${path}${search === '' ? '' : `?${search}`}`
  }

  #isOurs(link: string): boolean {
    return URL.canParse(link) && new URL(link).origin === new URL(this.#options.api).origin
  }
}

function resolveAgainst(location: string | null, base: string): string | null {
  return location !== null && URL.canParse(location, base) ? new URL(location, base).href : null
}

/** No more than `max` bytes are read, of a log that is a gigabyte long, too. */
async function beginningOf(response: Response, max: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= max) break
  }
  return Buffer.concat(chunks).subarray(0, max).toString('utf8')
}

/** Of the system's codes: the connection was never made, so the request was not sent. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

function codeOf(error: unknown): string | null {
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  if (typeof code === 'string') return code
  return typeof cause === 'object' && cause !== null ? codeOf(cause) : null
}

function wasNeverSent(error: unknown): boolean {
  return NEVER_SENT.has(codeOf(error) ?? '')
}

/** No address and no header stands in it. */
function sayCause(error: unknown): string {
  const name = error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : null
  return name ?? `no answer (${codeOf(error) ?? 'the connection ended'})`
}
