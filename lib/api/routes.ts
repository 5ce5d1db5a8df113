/** Every request that the daemon answers: method, path, what it does. The table is what tests and docs iterate over. */
import type * as z from 'zod'
import type { Principal } from '../core/principal.js'
import type { StatusPage } from '../core/protocol/api.js'
import { statusLines } from '../core/view/status-lines.js'
import type { RequestSchemas } from './schemas.js'
import type { JournalQuery, Service } from './service.js'

export interface RouteInput {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: unknown
  /** Who asks: what the transport knows of the other end. */
  readonly by: Principal
}

export interface Route {
  readonly method: 'GET' | 'POST'
  /** `:name` stands for one segment. */
  readonly path: string
  /** Which schema: loaded with the first request that has a body, a daemon that starts is not kept waiting for them. */
  readonly body?: keyof RequestSchemas
  readonly handle: (service: Service, input: RouteInput) => unknown
  /** Its answer tells nothing of the state, and does not wait for the store. */
  readonly isBare?: boolean
}

const OK = { ok: true }

function numberOf(query: URLSearchParams, name: string, fallback: number): number {
  const value = Number(query.get(name) ?? Number.NaN)
  return Number.isFinite(value) && value >= 0 ? value : fallback
}

function param(input: RouteInput, name: string): string {
  return input.params[name] ?? ''
}

/** What `orchestra status` prints: a process that starts just for that has not warmed up to compute it. */
function statusPage(service: Service, { query }: RouteInput): StatusPage {
  const doc = service.status()
  const look = {
    cols: Math.min(numberOf(query, 'cols', 100), 1000),
    ascii: query.get('ascii') === '1',
    offsetMin: Number(query.get('offset') ?? 0) || 0,
    now: Date.now(),
    program: query.get('program') ?? 'orchestra',
  }
  return { lines: statusLines(doc, look), attention: doc.summary.needs_you }
}

function journalQuery({ query }: RouteInput): JournalQuery {
  return {
    after: numberOf(query, 'after', 0),
    since: query.has('since') ? numberOf(query, 'since', 0) : null,
    limit: Math.min(numberOf(query, 'limit', 1000), 10_000),
    tail: query.get('tail') === '1',
  }
}

function postBody<K extends keyof RequestSchemas>(
  path: string,
  body: K,
  handle: (service: Service, body: z.output<RequestSchemas[K]>, input: RouteInput) => unknown,
): Route {
  return {
    method: 'POST',
    path,
    body,
    handle: (service, input) => handle(service, input.body as z.output<RequestSchemas[K]>, input),
  }
}

function get(path: string, handle: Route['handle']): Route {
  return { method: 'GET', path, handle }
}

function post(path: string, handle: (service: Service, input: RouteInput) => Promise<unknown>): Route {
  return { method: 'POST', path, handle: async (service, input) => (await handle(service, input)) ?? OK }
}

export const ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/ping',
    handle: (s) => (s.isStopping ? { ...OK, stopping: true } : OK),
    isBare: true,
  },
  get('/v1/status', (s) => s.status()),
  get('/v1/status/lines', statusPage),
  get('/v1/events', (s, i) =>
    i.query.get('raw') === '1' ? s.rawEvents(journalQuery(i)) : s.events(journalQuery(i)),
  ),
  get('/v1/graph', (s) => s.graph()),
  get('/v1/report', async (s) => ({ markdown: await s.report() })),
  get('/v1/executions', (s) => s.executions()),
  get('/v1/doctor', (s, i) => s.doctor(i.query.get('machine'))),
  get('/v1/passphrases', (s) => s.passphrases()),
  postBody('/v1/passphrases', 'passphraseRequest', (s, body) => {
    s.passphrase(body)
    return OK
  }),
  get('/v1/attach', (s) => s.attachInfo()),
  get('/v1/agents/:id/screen', (s, i) => s.screen(param(i, 'id'))),
  get('/v1/agents/:id/explain', (s, i) => s.explain(param(i, 'id'))),
  get('/v1/agents/:id/log', async (s, i) => ({
    text: await s.log(param(i, 'id'), {
      lines: Math.min(numberOf(i.query, 'lines', 200), 100_000),
      since: i.query.has('since') ? numberOf(i.query, 'since', 0) : null,
    }),
  })),
  get('/v1/tasks/:id/context', (s, i) => s.context(param(i, 'id'))),
  get('/v1/operations/:id', (s, i) => s.operation(param(i, 'id'))),
  postBody('/v1/up', 'upRequest', (s, body, i) => s.up(body, i.by)),
  postBody('/v1/plan', 'planRequest', (s, body) => s.plan(body)),
  postBody('/v1/down', 'downRequest', (s, body, i) => s.down(body, i.by)),
  postBody('/v1/run', 'runRequest', (s, body, i) => s.run(body, i.by)),
  post('/v1/pause', (s, i) => s.pause(i.by)),
  post('/v1/resume', (s, i) => s.resume(i.by)),
  postBody('/v1/tasks', 'submitRequest', (s, body, i) => s.submit(body, i.by)),
  post('/v1/tasks/:id/retry', (s, i) => s.retry(param(i, 'id'), i.by)),
  post('/v1/tasks/:id/cancel', async (s, i) => ({ ...OK, ...(await s.cancel(param(i, 'id'), i.by)) })),
  postBody('/v1/agents/:id/send', 'sendRequest', (s, body, i) => s.send(param(i, 'id'), body, i.by)),
  post('/v1/agents/:id/restart', (s, i) => s.restart(param(i, 'id'), i.by)),
  post('/v1/agents/:id/stop', async (s, i) => ({ ...OK, ...(await s.stop(param(i, 'id'), i.by)) })),
  get('/v1/answer/:id', (s, i) => s.question(param(i, 'id'))),
  postBody('/v1/answer/:id/approve', 'answerRequest', (s, body, i) =>
    s.answer(param(i, 'id'), true, body, i.by),
  ),
  postBody('/v1/answer/:id/deny', 'answerRequest', (s, body, i) =>
    s.answer(param(i, 'id'), false, body, i.by),
  ),
]

export interface MatchedRoute {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

/** null: no such path; `allow`: the path exists for other methods. */
export function matchRoute(method: string, path: string): MatchedRoute | { readonly allow: string[] } | null {
  const allow: string[] = []
  for (const route of ROUTES) {
    const params = matchPath(route.path, path)
    if (params === null) continue
    if (route.method === method) return { route, params }
    allow.push(route.method)
  }
  return allow.length > 0 ? { allow } : null
}

/** The values of `:name` in a path of that form; null: it has another one. */
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const want = pattern.split('/')
  const have = path.split('/')
  if (want.length !== have.length) return null
  const params: Record<string, string> = Object.create(null) as Record<string, string>
  for (const [i, segment] of want.entries()) {
    const actual = have[i] ?? ''
    if (segment.startsWith(':')) {
      const value = decode(actual)
      if (value === null || value === '') return null
      params[segment.slice(1)] = value
    } else if (segment !== actual) return null
  }
  return params
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
