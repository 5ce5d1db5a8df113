/**
 * The client of the API. It is on the path of every fast verb, and HTTP 1.0 over a socket is less to load than node:http:
 * an answer without chunks that ends with the connection.
 */
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { fix } from '../core/fixes.js'
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
  readonly #hint: string
  readonly #silent: () => Silence
  readonly #identity: (method: string, path: string) => string
  readonly #host: string

  /** `hint`: what to do when nobody is there. `silent`: what is said of a daemon that is there and does not answer. `identity`: a line of the head that says who asks. */
  constructor(
    target: string | Dial,
    hint = `Start it with \`${fix('daemon.start')}\`.`,
    silent: () => Silence = () => ({ message: 'the daemon does not answer', hint: SILENT_HINT }),
    identity: (method: string, path: string) => string = () => '',
    host = 'orchestra',
  ) {
    this.#host = host
    this.#hint = hint
    this.#silent = silent
    this.#identity = identity
    this.#dial = typeof target === 'string' ? () => connect(target) : target
  }

  /** Asked again when the connection was cut off: nothing is done twice by it. */
  async get<T>(path: string): Promise<T> {
    const ask = () => this.#call<T>('GET', path, undefined)
    return ask().catch((error: unknown) => {
      if (error instanceof OrchestraError && error.details['cut'] === true) return ask()
      throw error
    })
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#call<T>('POST', path, body)
  }

  /**
   * Calls `listener` for each event, `opened` before the first; resolves when the daemon ends the stream, rejects when it cannot be
   * reached, or with what the listener threw.
   */
  async stream(
    path: string,
    listener: (event: StreamEvent) => void,
    signal?: AbortSignal,
    opened: () => void = () => undefined,
  ): Promise<void> {
    let thrown: { readonly error: unknown } | undefined
    const tell = (event: StreamEvent) => {
      try {
        listener(event)
      } catch (error) {
        thrown = { error }
        throw error
      }
    }
    try {
      const answer = await this.#open('GET', path, undefined, signal)
      if (answer.status !== 200) throw errorOf(answer, await textOf(answer))
      opened()
      const decoder = new TextDecoder()
      let rest = ''
      for await (const chunk of answer.body) {
        const frames = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
        rest = frames.pop() ?? ''
        for (const frame of frames) {
          const event = parseFrame(frame)
          if (event !== null) tell(event)
        }
      }
    } catch (error) {
      if (thrown !== undefined) throw thrown.error
      if (signal?.aborted !== true) throw await this.#why(error)
    }
  }

  async #call<T>(method: string, path: string, body: unknown): Promise<T> {
    let answer: Answer
    let text: string
    try {
      answer = await this.#open(method, path, body)
      text = await textOf(answer)
    } catch (error) {
      throw await this.#why(error)
    }
    if (answer.status < 200 || answer.status > 299) throw errorOf(answer, text)
    return JSON.parse(text) as T
  }

  async #open(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<Answer> {
    const socket = await this.#dial()
    signal?.addEventListener('abort', () => socket.destroy())
    if (signal?.aborted === true) socket.destroy()
    // Errors come by the reading; a late one, as of a socket that was destroyed, is nobody's.
    socket.on('error', () => undefined)
    const text = body === undefined ? '' : JSON.stringify(body)
    const fields =
      text === '' ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n`
    socket.write(
      `${method} ${path} HTTP/1.0\r\nhost: ${this.#host}\r\n${this.#identity(method, path)}${fields}\r\n${text}`,
    )
    const chunks = (socket as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
    let askAfterMs = ASK_AFTER_MS
    const answer = await readAnswer(socket, { next: () => this.#heard(chunks.next(), socket, askAfterMs) })
    // A stream may have nothing to say; then its heartbeat comes.
    if (answer.length === null) askAfterMs = QUIET_STREAM_MS
    return answer
  }

  /**
   * An answer may take its time: it waits for agents, or for a person. One that does not come is not waited for when the
   * daemon does not answer the shortest of requests either.
   */
  async #heard(
    next: Promise<IteratorResult<Buffer>>,
    socket: Duplex,
    askAfterMs: number,
  ): Promise<IteratorResult<Buffer>> {
    // Whoever is not waited for any more may still fail.
    next.catch(() => undefined)
    for (let silences = 1; ; silences += 1) {
      const late = await within(askAfterMs, next)
      if (late !== undefined) return late
      if ((await this.#answers()) !== 'silent') {
        // It speaks, and this stream has lost several heartbeats: the link under it is dead.
        if (askAfterMs !== QUIET_STREAM_MS || silences < 2) continue
        socket.destroy()
        throw new OrchestraError('the link is dead', { kind: 'unreachable', details: { cut: true } })
      }
      // It may have been about to answer.
      const last = await within(0, next)
      if (last !== undefined) return last
      socket.destroy()
      const { message, hint } = this.#silent()
      throw new OrchestraError(message, { kind: 'unreachable', hint, details: { hangs: true } })
    }
  }

  /** A connection that is cut off is no daemon that is gone, as long as that answers. */
  async #why(cause: unknown): Promise<OrchestraError> {
    if (cause instanceof OrchestraError) return cause
    const code = (cause as NodeJS.ErrnoException | undefined)?.code
    const isCut = code === 'ECONNRESET' || code === 'EPIPE' || code === undefined
    if (isCut && (await this.#answers()) === 'yes')
      return new OrchestraError('the daemon closed the connection before it answered', {
        kind: 'unreachable',
        hint: 'It runs, and may have too many connections. Try again; look first whether what was asked for is done.',
        cause,
        details: { code, cut: true },
      })
    return new OrchestraError('the daemon cannot be reached', {
      kind: 'unreachable',
      hint: this.#hint,
      cause,
      details: { code },
    })
  }

  /** `silent`: it took the connection, or not even that, and said nothing. */
  async #answers(): Promise<'yes' | 'silent' | 'gone'> {
    const socket = await within(
      PING_MS,
      Promise.resolve(this.#dial()).catch(() => 'gone' as const),
    )
    if (socket === undefined) return 'silent'
    if (socket === 'gone') return 'gone'
    const said = new Promise<'yes' | 'gone'>((resolve) => {
      socket.once('data', () => resolve('yes'))
      for (const event of ['error', 'close', 'end']) socket.once(event, () => resolve('gone'))
    })
    socket.write(`GET /v1/ping HTTP/1.0\r\nhost: ${this.#host}\r\n\r\n`)
    const answered = await within(PING_MS, said)
    socket.on('error', () => undefined).destroy()
    return answered ?? 'silent'
  }
}

/** undefined: not in that time. */
async function within<T>(ms: number, what: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)))
  try {
    return await Promise.race([what, late])
  } finally {
    clearTimeout(timer)
  }
}

interface Silence {
  readonly message: string
  readonly hint: string
}

const ASK_AFTER_MS = 4000
const QUIET_STREAM_MS = 15_000
const PING_MS = 5000
const SILENT_HINT = 'It may be busy, or stopped: try again in a moment.'

type Chunks = Pick<AsyncIterator<Buffer>, 'next'>

interface Answer {
  readonly status: number
  /** Of the daemon, where it tells. */
  readonly version: string | null
  /** Bytes of the body, where the daemon told. */
  readonly length: number | null
  readonly body: AsyncIterable<Buffer>
}

const MAX_HEAD_BYTES = 64 * 1024

async function readAnswer(socket: Duplex, chunks: Chunks): Promise<Answer> {
  let head = Buffer.alloc(0)
  let end = -1
  while (end === -1) {
    const next = await chunks.next()
    if (next.done === true || head.length > MAX_HEAD_BYTES) {
      socket.destroy()
      throw new Error('the connection ended before an answer came')
    }
    head = Buffer.concat([head, next.value])
    end = head.indexOf('\r\n\r\n')
  }
  const text = head.toString('latin1', 0, end)
  const length = /^content-length: *(\d+)/im.exec(text)?.[1]
  return {
    status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1]),
    version: /^orchestra-version: *(\S+)/im.exec(text)?.[1] ?? null,
    length: length === undefined ? null : Number(length),
    body: bodyOf(head.subarray(end + 4), chunks, socket),
  }
}

async function* bodyOf(first: Buffer, rest: Chunks, socket: Duplex): AsyncGenerator<Buffer, void, undefined> {
  try {
    if (first.length > 0) yield first
    for (;;) {
      const next = await rest.next()
      if (next.done === true) return
      yield next.value
    }
  } finally {
    socket.destroy()
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

async function textOf({ body, length }: Answer): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    // The other end may be slow to close.
    if (length !== null && size >= length) break
  }
  if (length !== null && size < length)
    throw new Error(`the answer broke off after ${size} of ${length} bytes`)
  return Buffer.concat(chunks).toString('utf8')
}

function errorOf({ status, version }: Answer, text: string): OrchestraError {
  let details: Readonly<Record<string, unknown>> = { daemonVersion: version }
  try {
    const { error } = JSON.parse(text) as ApiErrorBody
    const { kind, message, hint, question, asks, hangs, permission, principal } = error
    if (question !== undefined) details = { ...details, question }
    if (hangs === true) details = { ...details, hangs }
    if (permission !== undefined) details = { ...details, permission, principal }
    if (asks !== undefined) details = { ...details, asks }
    return new OrchestraError(message, hint === undefined ? { kind, details } : { kind, hint, details })
  } catch {
    return new OrchestraError(`the daemon answered ${status}: ${text.slice(0, 200)}`, {
      kind: 'failed',
      details: { daemonVersion: version },
    })
  }
}
