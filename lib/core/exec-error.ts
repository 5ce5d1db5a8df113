import { OrchestraError } from './errors.js'
import type { Delivered } from './errors.js'

interface ExecErrorInit {
  readonly delivered: Delivered
  readonly hint?: string
  readonly cause?: unknown
  /** A word for programs: `deadline`, `output_limit`, `channel_limit`, … */
  readonly reason?: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** The machine cannot be reached (now). */
export function unreachable(message: string, init: ExecErrorInit): OrchestraError {
  return make('unreachable', message, init)
}

/** The machine was reached, and the act did not succeed or its outcome is not known. */
export function execFailed(message: string, init: ExecErrorInit): OrchestraError {
  return make('failed', message, init)
}

function make(kind: 'unreachable' | 'failed', message: string, init: ExecErrorInit): OrchestraError {
  const { delivered, reason, hint, cause, details } = init
  return new OrchestraError(message, {
    kind,
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
    details: { delivered, ...(reason === undefined ? {} : { reason }), ...details },
  })
}
