/** A request that a principal makes by another way than a door: its role is asked, its body is held to its form, as anybody's. */
import { forbidden } from '../../api/access.js'
import { matchRoute } from '../../api/route.js'
import type { Principal } from '../../core/principal.js'
import type { Daemon } from '../daemon.js'
import { REQUESTS } from './index.js'

export async function asPrincipal(
  daemon: Daemon,
  by: Principal,
  method: 'POST' | 'DELETE',
  path: string,
  body: unknown,
): Promise<unknown> {
  const query = new URLSearchParams()
  const matched = matchRoute(REQUESTS, method, path)
  if (matched === null || 'allow' in matched || !('handle' in matched.route))
    throw new RangeError(`there is no request ${method} ${path}`)
  const { route, params } = matched
  const { access } = daemon.parts
  const refusal = access.refusal(by, route, params, query)
  if (refusal !== null) {
    access.refused(by, route, refusal)
    throw forbidden(by, refusal)
  }
  const form = route.body === undefined ? undefined : route.body((await import('../../api/zod.js')).zod)
  return route.handle(daemon, { params, query, by, body: form?.parse(body ?? {}) as never })
}
