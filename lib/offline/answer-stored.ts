/** Answers requests that only read from a store, as the daemon answered them at its last event. */
import { matchRoute, type Route } from '../api/route.js'
import { ownerOfSocket } from '../core/principal.js'
import type { Millis } from '../core/time.js'
import type { Reading } from '../daemon/kernel/reading.js'
import { READING_REQUESTS } from '../daemon/requests/reading.js'
import type { HomePaths } from '../home/paths.js'
import { version } from '../home/version.js'
import { explainStored } from './explain-stored.js'
import { openStored } from './stored-run.js'

const ROUTES: readonly Route<Reading>[] = [...READING_REQUESTS, explainStored]

export interface StoredAnswers {
  /** When its last event was written. */
  readonly storedAt: Millis
  /** undefined: only a daemon can answer that. @throws OrchestraError as the daemon would */
  answer(path: string): Promise<{ readonly value: unknown } | undefined>
}

/** null: there is nothing to answer from. @throws OrchestraError: the store is refused */
export async function storedAnswers(paths: HomePaths, session: string): Promise<StoredAnswers | null> {
  const run = await openStored(paths, session, version())
  if (run === null) return null
  const by = ownerOfSocket(process.getuid?.() ?? 0)
  return {
    storedAt: run.storedAt,
    answer: async (path) => {
      const url = new URL(path, 'http://orchestra')
      const matched = matchRoute(ROUTES, 'GET', url.pathname)
      if (matched === null || 'allow' in matched || 'stream' in matched.route) return undefined
      const { route, params } = matched
      const input = { params, query: url.searchParams, body: undefined as never, by }
      // As it comes over the socket: fields without a form in JSON are left out.
      const value: unknown = JSON.parse(JSON.stringify((await route.handle(run, input)) ?? null))
      return { value: isDocument(value) ? { ...value, daemon: null } : value }
    },
  }
}

function isDocument(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
