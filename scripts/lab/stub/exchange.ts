/** What all four APIs share: requests in, server-sent events out, errors in each vendor's words. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pause, type ErrorKind, type Turn } from './scenes.js'

export type Json = Readonly<Record<string, unknown>>

export const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : [])
export const text = (value: unknown): string => (typeof value === 'string' ? value : '')

export async function readJson(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}') as Json
  } catch {
    return {}
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

export function openStream(response: ServerResponse): (data: unknown, event?: string) => void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  return (data, event) => {
    if (response.destroyed) return
    response.write(
      `${event === undefined ? '' : `event: ${event}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`,
    )
  }
}

const MESSAGES: Readonly<Record<ErrorKind, string>> = {
  rate: 'Rate limit reached for requests per minute. Please try again in 20s.',
  quota: 'You exceeded your current quota, please check your plan and billing details.',
  usage: 'The usage limit has been reached',
  auth: 'Incorrect API key provided.',
  overloaded: 'Overloaded',
  server: 'Internal server error',
  context: 'prompt is too long: 215000 tokens > 200000 maximum',
}

/** What each request was answered with. */
export const turnsGiven = new WeakMap<ServerResponse, Turn>()

/** Sends the turn's error if it has one; true when it did. `shape` makes the vendor's body. */
export function sendError(
  response: ServerResponse,
  turn: Turn,
  shape: (kind: ErrorKind, message: string, status: number) => unknown,
): boolean {
  turnsGiven.set(response, turn)
  const { error } = turn
  if (error === undefined) return false
  const headers: Record<string, string> = {
    ...(error.retryAfter === undefined ? {} : { 'retry-after': String(error.retryAfter) }),
    ...(error.resetsIn === undefined ? {} : unifiedLimit(error.resetsIn)),
  }
  sendJson(response, error.status, shape(error.kind, MESSAGES[error.kind], error.status), headers)
  return true
}

/** How Anthropic tells a subscriber of a usage limit. */
function unifiedLimit(seconds: number): Record<string, string> {
  const reset = String(Math.ceil(Date.now() / 1000) + seconds)
  return {
    'anthropic-ratelimit-unified-status': 'rejected',
    'anthropic-ratelimit-unified-reset': reset,
    'anthropic-ratelimit-unified-representative-claim': 'five_hour',
    'anthropic-ratelimit-unified-5h-status': 'rejected',
    'anthropic-ratelimit-unified-5h-reset': reset,
    'anthropic-ratelimit-unified-overage-status': 'rejected',
  }
}

/** Streams the turn's text through `write`; false when the connection is to stay open or was cut. */
export async function streamText(
  response: ServerResponse,
  turn: Turn,
  write: (part: string) => void,
): Promise<boolean> {
  for (const part of turn.text ?? []) {
    await pause(part.delayMs)
    if (response.destroyed) return false
    write(part.text)
  }
  if (turn.end === 'hang') return false
  if (turn.end === 'cut') {
    response.destroy()
    return false
  }
  return true
}
