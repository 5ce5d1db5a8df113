/**
 * GitHub's API over HTTP. Every request passes the host's one lane, is sent once (a GET again, when its answer does not come),
 * and ends in an outcome. A redirect is followed by hand and for GET alone, so that no POST becomes a GET and no token goes to
 * another host.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Budget, type BudgetFacts } from './budget.js'
import { exchange, type HttpAnswer, NO_HEADERS } from './exchange.js'
import { Lane } from './lane.js'
import type { Outcome } from './outcome.js'
import type { Pace } from './pace.js'
import { dateOf, done, failed, MAX_REPLY_BYTES, parseJson, refused } from './read-reply.js'
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
      return Promise.resolve(refused(0, 'other', 'a link that leads to another host', NO_HEADERS))
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
    const signal = AbortSignal.timeout(this.#options.pace.requestMs)
    const token = await this.#options.token(this.#wasRejected)
    this.#wasRejected = false
    if (token === null) return refused(401, 'token', 'there is no token', NO_HEADERS)
    const isWrite = sent.method !== 'get'
    let hasAnswer = false
    try {
      this.#counts.sent += 1
      if (isWrite) this.#counts.writes += 1
      const answer = await exchange({
        url: sent.url,
        method: sent.method.toUpperCase(),
        headers: this.#headersOf(sent, token),
        signal,
        ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
      })
      hasAnswer = true
      const { bytes, isWhole } = await answer.bytes(MAX_REPLY_BYTES)
      return this.#classify<T>(answer, isWhole ? bytes : null)
    } catch (error) {
      return { kind: 'unknown', message: sayCause(error, signal), wasSent: hasAnswer || !wasNeverSent(error) }
    }
  }

  #classify<T>({ status, headers }: HttpAnswer, body: Buffer | null): Outcome<T> {
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
    return done({ status, headers }, json as T, null)
  }

  async #download(link: string, maxBytes: number): Promise<Outcome<string>> {
    const { pace, userAgent } = this.#options
    const signal = AbortSignal.timeout(pace.requestMs)
    const load = (range: Readonly<Record<string, string>>) =>
      exchange({ url: link, method: 'GET', headers: { 'user-agent': userAgent, ...range }, signal })
    try {
      let answer = await load({})
      const length = Number(answer.headers.get('content-length') ?? 0)
      // The step that failed is the last that ran: what it says stands at the end.
      if (answer.status === 200 && length > maxBytes) {
        answer.drop()
        answer = await load({ range: `bytes=${length - maxBytes}-` })
      }
      if (answer.status < 200 || answer.status > 299) {
        answer.drop()
        return { kind: 'unknown', message: `the log's link answered ${answer.status}`, wasSent: true }
      }
      const { bytes } = await answer.bytes(maxBytes)
      return done(answer, bytes.toString('utf8'), null)
    } catch (error) {
      return { kind: 'unknown', message: sayCause(error, signal), wasSent: true }
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

/** Of the system's codes: the connection was never made, so the request was not sent. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

function codeOf(error: unknown): string | null {
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  if (typeof code === 'string') return code
  return typeof cause === 'object' && cause !== null ? codeOf(cause) : null
}

function wasNeverSent(error: unknown): boolean {
  return NEVER_SENT.has(codeOf(error) ?? '')
}

/** No address and no header stands in it. */
function sayCause(error: unknown, signal: AbortSignal): string {
  return signal.aborted ? 'no answer in time' : `no answer (${codeOf(error) ?? 'the connection ended'})`
}
