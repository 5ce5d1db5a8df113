/** From an answer of GitHub to its outcome. */
import { safeText } from '../core/text/safe-text.js'
import type { AnswerHeaders, HttpAnswer } from './exchange.js'
import type { Done, Outcome, Refused, RefusedWhy } from './outcome.js'

/** A page of a hundred issues with full bodies is far below. */
export const MAX_REPLY_BYTES = 32 * 1024 * 1024

/** undefined: not JSON, or only half of it. */
export function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return null
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

export function dateOf(headers: AnswerHeaders): number | null {
  const at = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(at) ? null : at
}

export function done<T>(
  { headers, status }: Pick<HttpAnswer, 'headers' | 'status'>,
  data: T,
  movedTo: string | null,
): Done<T> {
  return {
    kind: 'done',
    status,
    data,
    etag: headers.get('etag'),
    next: nextOf(headers.get('link')),
    at: dateOf(headers),
    movedTo,
  }
}

/** `<https://…>; rel="next"` of a Link header. */
export function nextOf(link: string | null): string | null {
  for (const part of (link ?? '').split(/,\s*(?=<)/)) {
    const [, address, rest] = /^\s*<([^>]*)>\s*;(.*)$/.exec(part) ?? []
    if (address !== undefined && /\brel="?next"?/.test(rest ?? '')) return address
  }
  return null
}

const WHY: Readonly<Record<number, RefusedWhy>> = {
  401: 'token',
  403: 'forbidden',
  404: 'missing',
  410: 'gone',
  422: 'invalid',
}

/** Of a status of 400 and above that is no limit, and of 5xx: what GitHub cut may have been carried out. */
export function failed(status: number, headers: AnswerHeaders, body: unknown): Outcome<never> {
  const message = messageIn(body) ?? `status ${status}`
  if (status >= 500 || status === 408)
    return { kind: 'unknown', message: `GitHub answered ${status}: ${message}`, wasSent: true }
  const why = isTaken(body) ? 'exists' : (WHY[status] ?? 'other')
  return refused(status, why, message, headers)
}

export function refused(status: number, why: RefusedWhy, message: string, headers: AnswerHeaders): Refused {
  const needs = headers.get('x-accepted-github-permissions') ?? headers.get('x-accepted-oauth-scopes')
  return {
    kind: 'refused',
    status,
    why,
    message,
    needs: why === 'forbidden' || why === 'missing' ? (needs === '' ? null : needs) : null,
    location: headers.get('location'),
  }
}

function errorsIn(body: unknown): readonly Readonly<Record<string, unknown>>[] {
  const errors = (body as { errors?: unknown } | null)?.errors
  return Array.isArray(errors) ? errors.filter((one) => typeof one === 'object' && one !== null) : []
}

function isTaken(body: unknown): boolean {
  return errorsIn(body).some(({ code }) => code === 'already_exists')
}

function messageIn(body: unknown): string | null {
  const message = (body as { message?: unknown } | null)?.message
  if (typeof message !== 'string') return null
  const more = errorsIn(body).map(({ resource, field, code, message: said }) =>
    [resource, field, said ?? code].filter((word) => typeof word === 'string').join(' '),
  )
  return safeText([message, ...more].join('; ')).slice(0, 300)
}
