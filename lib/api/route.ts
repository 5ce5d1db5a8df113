/** The row of one request: how it is asked for, who may ask, and what answers. The list of rows is the API. */
import type { ZodType } from 'zod'
import type { Permission } from '../core/access/permissions.js'
import type { Principal } from '../core/principal.js'
import type { Zod } from './zod.js'

export type Method = 'GET' | 'POST' | 'DELETE'

export interface RouteInput<Body = undefined> {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: Body
  /** Who asks. What the request causes is written down with it. */
  readonly by: Principal
}

/** Who may ask. Each row says so: one without a permission does not compile. */
export interface RouteAccess {
  /** `any`: everybody who is known at all. */
  readonly permission: Permission | 'any'
  /** What some queries need beside it. */
  readonly also?: (query: URLSearchParams) => readonly Permission[]
  /** What `:id` names, for roles that are limited to some of them. `asker`: an agent or a gate. */
  readonly about?: 'agent' | 'task' | 'asker'
  /** `:id` names it, and an agent may ask this without the permission: of the task that it works on, of what it was told. */
  readonly own?: 'task' | 'escalation'
}

interface Place extends RouteAccess {
  readonly method: Method
  /** `:name` stands for one segment. */
  readonly path: string
}

/** A request with one answer. `Daemon`: what its handler works on; the API knows nothing of it. */
export interface AnsweredRoute<Daemon, Body> extends Place {
  /** The form of its body. Without one a body is read and ignored. */
  readonly body?: (zod: Zod) => ZodType<Body>
  /** Of an answer that is no error; 200 where nothing is said. */
  readonly status?: 201
  /** Its answer tells nothing of the state, and does not wait for the store. */
  readonly isBare?: true
  readonly handle: (daemon: Daemon, input: RouteInput<Body>) => unknown
}

/** One open answer. */
export interface StreamWriter {
  /** Events of the journal (`only=event`, those after `after` first), the state (`only=status`), or both. */
  events(query: URLSearchParams): void
  /** What `subscribe` tells, each as an event of that name. */
  follow(name: string, subscribe: (listener: (data: unknown) => void) => () => void): void
}

/** A request whose answer goes on until one side ends it. */
export interface StreamedRoute<Daemon> extends Place {
  readonly method: 'GET'
  readonly stream: (daemon: Daemon, input: RouteInput, out: StreamWriter) => void
}

/** A row whose body was checked against its own form before `handle` sees it. */
export type Route<Daemon> =
  | (Omit<AnsweredRoute<Daemon, never>, 'body'> & { readonly body?: (zod: Zod) => ZodType })
  | StreamedRoute<Daemon>

export interface MatchedRoute<Daemon> {
  readonly route: Route<Daemon>
  readonly params: Readonly<Record<string, string>>
}

/** null: no such path; `allow`: the path exists for other methods. `/api/v1/…` is `/v1/…`. */
export function matchRoute<Daemon>(
  routes: readonly Route<Daemon>[],
  method: string,
  path: string,
): MatchedRoute<Daemon> | { readonly allow: readonly Method[] } | null {
  const asked = path.startsWith('/api/') ? path.slice('/api'.length) : path
  const allow: Method[] = []
  for (const route of routes) {
    const params = matchPath(route.path, asked)
    if (params === null) continue
    if (route.method === method) return { route, params }
    allow.push(route.method)
  }
  return allow.length > 0 ? { allow } : null
}

/** The values of `:name` in a path of that form; null: it has another one. */
function matchPath(pattern: string, path: string): Record<string, string> | null {
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
