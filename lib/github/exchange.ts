/**
 * One request over HTTP, sent once, and its answer. By Node's own client: `fetch` costs a daemon 18 MB, follows redirects, and
 * changes their method on the way.
 */
import type { IncomingMessage } from 'node:http'
import { type Readable, pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'

export interface HttpRequest {
  readonly url: string
  /** In capitals. */
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: AnswerHeaders
  /** Its body, no more than `max` bytes; what lies behind them is not read. @throws the connection ended before its end */
  bytes(max: number): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean }>
  /** Nobody reads its body. */
  drop(): void
}

/** Names in any case; null: it has none of that name. */
export interface AnswerHeaders {
  get(name: string): string | null
}

export const NO_HEADERS: AnswerHeaders = { get: () => null }

/** @throws when no answer begins; its `code` says why */
export async function exchange({ url, method, headers, body, signal }: HttpRequest): Promise<HttpAnswer> {
  const { request } = url.startsWith('https:') ? await import('node:https') : await import('node:http')
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    // The other side may be closing a connection that was kept: a GET is asked again, of a write nobody would know whether it came.
    const agent = method === 'GET' ? {} : { agent: false }
    const asked = request(url, {
      method,
      headers: { 'accept-encoding': 'gzip', ...headers },
      signal,
      ...agent,
    })
    asked.on('response', resolve).on('error', reject)
    asked.end(body)
  })
  return {
    status: message.statusCode ?? 0,
    headers: { get: (name) => valueOf(message.headers[name.toLowerCase()]) },
    bytes: (max) => readUpTo(plainBody(message), max),
    drop: () => message.destroy(),
  }
}

function valueOf(value: string | readonly string[] | undefined): string | null {
  if (value === undefined) return null
  return typeof value === 'string' ? value : value.join(', ')
}

function plainBody(message: IncomingMessage): Readable {
  if (valueOf(message.headers['content-encoding'])?.trim().toLowerCase() !== 'gzip') return message
  const plain = createGunzip()
  // An end that came too early is an error of what is read, too.
  pipeline(message, plain, () => undefined)
  return plain
}

async function readUpTo(body: Readable, max: number): Promise<{ bytes: Buffer; isWhole: boolean }> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > max) return { bytes: Buffer.concat(chunks).subarray(0, max), isWhole: false }
  }
  return { bytes: Buffer.concat(chunks), isWhole: true }
}
