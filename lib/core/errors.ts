/**
 * The one error type that reaches a person. `what` happened, `where`, and what the reader can do (`hint`).
 * `kind` decides the exit code; branch on fields, never on the words of a message.
 */
export type ErrorKind =
  | 'usage' // bad usage, layout or plan: exit 2
  | 'unauthorized' // who asks is not known: exit 1
  | 'forbidden' // who asks is known, and may not: exit 1
  | 'unreachable' // daemon or host cannot be reached: exit 3
  | 'refused' // the request makes no sense now: exit 1
  | 'failed' // it was tried and failed: exit 1
  | 'bug' // ours: exit 70

export interface OrchestraErrorInit {
  readonly kind: ErrorKind
  readonly hint?: string
  readonly cause?: unknown
  /** Fields for programs: host, pane, argv (never environment values or secrets). */
  readonly details?: Readonly<Record<string, unknown>>
}

/** The built program is several bundles, each with a copy of this class: the brand tells ours, whichever copy made it. */
const BRAND = Symbol.for('tmux-orchestra.error')

export class OrchestraError extends Error {
  override readonly name = 'OrchestraError'
  readonly kind: ErrorKind
  readonly hint: string | undefined
  readonly details: Readonly<Record<string, unknown>>

  constructor(message: string, init: OrchestraErrorInit) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause })
    this.kind = init.kind
    this.hint = init.hint
    this.details = init.details ?? {}
  }

  get [BRAND](): true {
    return true
  }

  /** The brand is of this class: one that extends it is known by its own class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== OrchestraError) return Function.prototype[Symbol.hasInstance].call(this, value)
    return typeof value === 'object' && value !== null && BRAND in value
  }
}

/** Our own record could not be read or written: nothing is known of what was to be done. */
export function isOfStore(error: unknown): boolean {
  return error instanceof OrchestraError && error.details['store'] !== undefined
}

/** The daemon, a host or its tmux does not answer: nothing is known of what was asked. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof OrchestraError && error.kind === 'unreachable'
}

/** Somebody is there and does not answer: another one in its place would be a second one. */
export function isHanging(error: unknown): boolean {
  return error instanceof OrchestraError && error.details['hangs'] === true
}

/** What was thrown, in words; anything can be. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** As `messageOf`, with what the reader can do about it: for a reason that is shown by itself. */
export function reasonOf(error: unknown): string {
  const hint = error instanceof OrchestraError ? error.hint : undefined
  return hint === undefined ? messageOf(error) : `${messageOf(error)} (${hint})`
}

/** How far a command got before the failure: only `not_sent` makes trying again safe by itself. */
export type Delivered = 'not_sent' | 'unknown' | 'answered'

export const EXIT_CODE: Readonly<Record<ErrorKind, number>> = {
  usage: 2,
  unauthorized: 1,
  forbidden: 1,
  unreachable: 3,
  refused: 1,
  failed: 1,
  bug: 70,
}
