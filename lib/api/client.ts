/** The client of the API. Nothing but node:http: it is on the path of every fast verb. */
import { request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { OrchestraError } from '../core/errors.js'
import type { ApiErrorBody } from '../core/protocol/api.js'

/** Makes a stream to the daemon's socket: here by net.connect, on another machine through ssh. */
export type Dial = () => Duplex | Promise<Duplex>

export interface StreamEvent {
  readonly event: string
  readonly id: number | null
  readonly data: unknown
}

export class ApiClient {
  readonly #dial: Dial

  constructor(target: string | Dial) {
    this.#dial = typeof target === 'string' ? () => connect(target) : target
  }

  get<T>(path: string): Promise<T> {
    return this.#call<T>('GET', path, undefined)
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#call<T>('POST', path, body)
  }

  /** Calls `listener` for each event; resolves when the daemon ends the stream, rejects when it cannot be reached. */
  async stream(path: string, listener: (event: StreamEvent) => void, signal?: AbortSignal): Promise<void> {
    const response = await this.#open('GET', path, undefined, signal)
    if (response.statusCode !== 200) throw await errorOf(response)
    response.setEncoding('utf8')
    let rest = ''
    try {
      for await (const chunk of response as AsyncIterable<string>) {
        const frames = (rest + chunk).split('\n\n')
        rest = frames.pop() ?? ''
        for (const frame of frames) {
          const event = parseFrame(frame)
          if (event !== null) listener(event)
        }
      }
    } catch (error) {
      if (signal?.aborted !== true) throw gone(error)
    }
  }

  async #call<T>(method: string, path: string, body: unknown): Promise<T> {
    const response = await this.#open(method, path, body)
    if (response.statusCode !== 200) throw await errorOf(response)
    return JSON.parse(await textOf(response)) as T
  }

  async #open(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<IncomingMessage> {
    const socket = await this.#dial()
    const text = body === undefined ? '' : JSON.stringify(body)
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          method,
          path,
          host: 'orchestra',
          createConnection: () => socket,
          ...(signal === undefined ? {} : { signal }),
          headers:
            text === ''
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
        },
        resolve,
      )
      outgoing.once('error', (error) => reject(gone(error)))
      outgoing.end(text)
    })
  }
}

function parseFrame(frame: string): StreamEvent | null {
  let event = 'message'
  let id: number | null = null
  let data = ''
  for (const line of frame.split('\n')) {
    if (line.startsWith('event: ')) event = line.slice(7)
    else if (line.startsWith('id: ')) id = Number(line.slice(4))
    else if (line.startsWith('data: ')) data += line.slice(6)
  }
  return data === '' ? null : { event, id, data: JSON.parse(data) as unknown }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
  } catch (error) {
    throw gone(error)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function errorOf(response: IncomingMessage): Promise<OrchestraError> {
  const text = await textOf(response)
  try {
    const { error } = JSON.parse(text) as ApiErrorBody
    return new OrchestraError(
      error.message,
      error.hint === undefined ? { kind: error.kind } : { kind: error.kind, hint: error.hint },
    )
  } catch {
    return new OrchestraError(`the daemon answered ${response.statusCode}: ${text.slice(0, 200)}`, {
      kind: 'failed',
    })
  }
}

function gone(cause: unknown): OrchestraError {
  if (cause instanceof OrchestraError) return cause
  const code = (cause as NodeJS.ErrnoException | undefined)?.code
  return new OrchestraError('the daemon cannot be reached', {
    kind: 'unreachable',
    hint: 'Start it with `orchestra up`.',
    cause,
    details: { code },
  })
}
