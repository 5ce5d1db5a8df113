import type { AnsweredRoute, Route, StreamedRoute } from '../../api/route.js'
import type { Daemon } from '../daemon.js'
import type { Reading } from '../kernel/reading.js'

export type DaemonRequest = Route<Daemon>

/** A row with one answer. The form of its body gives the body's type. */
export function request<Body = undefined>(row: AnsweredRoute<Daemon, Body>): DaemonRequest {
  return row
}

/** A row that only reads: answered by the daemon, and from the store where none runs. */
export function readingRequest<Body = undefined>(
  row: AnsweredRoute<Reading, Body>,
): AnsweredRoute<Reading, Body> {
  return row
}

export function streamRequest(row: StreamedRoute<Daemon>): DaemonRequest {
  return row
}

/** The answer of a request that only does something. */
export const OK = { ok: true }
