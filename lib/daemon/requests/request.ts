import type { AnsweredRoute, Route, StreamedRoute } from '../../api/route.js'
import type { Daemon } from '../daemon.js'

export type DaemonRequest = Route<Daemon>

/** A row with one answer. The form of its body gives the body's type. */
export function request<Body = undefined>(row: AnsweredRoute<Daemon, Body>): DaemonRequest {
  return row
}

export function streamRequest(row: StreamedRoute<Daemon>): DaemonRequest {
  return row
}

/** The answer of a request that only does something. */
export const OK = { ok: true }
