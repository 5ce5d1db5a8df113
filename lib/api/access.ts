/** The seam between a door (UNIX socket, TCP, WebSocket) and who may do what. Every request of every door passes it. */
import type { Permission } from '../core/access/permissions.js'
import { OrchestraError } from '../core/errors.js'
import { formatPrincipal, type Principal, type Via } from '../core/principal.js'
import type { RouteAccess } from './route.js'

/** What a door knows of the other end. */
export interface Credentials {
  readonly via: Extract<Via, 'socket' | 'tcp'>
  /** Of `Authorization: Bearer`; null: none was sent. */
  readonly token: string | null
  /** Of `orchestra-inside`: the caller says that it runs inside this agent, and so is no person. null: it says nothing. */
  readonly inside: string | null
}

export interface Refusal {
  readonly permission: Permission
  readonly message: string
  readonly hint: string
}

/** The row of what is asked for. */
export type AskedRoute = RouteAccess & { readonly method: string; readonly path: string }

export interface Access {
  /** Who asks. @throws OrchestraError(unauthorized) for a wrong token, and without one where one is needed. */
  authenticate(credentials: Credentials): Principal
  /** As `authenticate`, and notes nothing; null: nobody that is known. */
  identify(credentials: Credentials): Principal | null
  /**
   * Calls the listener whenever `by` may have lost something: its token was revoked or has expired, its agent or attempt is
   * gone, the layout gives its role less. Asked again then, an open stream ends at once. Returns what ends that.
   */
  watch(by: Principal, listener: () => void): () => void
  /** Null: it may. Asked before each handler, and again while a stream is open. */
  refusal(
    by: Principal,
    route: AskedRoute,
    params: Readonly<Record<string, string>>,
    query: URLSearchParams,
  ): Refusal | null
  /** A request was refused: it is noted. */
  refused(by: Principal, route: AskedRoute, refusal: Refusal): void
}

/** What somebody hears who may not: the answer 403. */
export function forbidden(by: Principal, { permission, message, hint }: Refusal): OrchestraError {
  const details = { permission, principal: formatPrincipal(by) }
  return new OrchestraError(message, { kind: 'forbidden', hint, details })
}
