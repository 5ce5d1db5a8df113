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
  /** The body, up to `max` bytes; the rest is not read. @throws when the connection ends before the body does */
  bytes(max: number): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean }>
  /** Closes the connection without reading the body. */
  drop(): void
}

/** `name` in any case; null: the answer has no such header. */
export interface AnswerHeaders {
  get(name: string): string | null
}

export const NO_HEADERS: AnswerHeaders = { get: () => null }

/** @throws when no answer begins; its `code` says why */
export async function exchange({ url, method, headers, body, signal }: HttpRequest): Promise<HttpAnswer> {
  const { request } = url.startsWith('https:') ? await import('node:https') : await import('node:http')
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    // The server may be closing a connection that was kept. A GET is sent again then; a write, which may have arrived, gets a
    // connection of its own.
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
  // When the answer is cut off, reading the unpacked body fails too.
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
