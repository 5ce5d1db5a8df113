/**
 * Control mode, bytes in and messages out. Works on bytes because `%output` cuts UTF-8 anywhere.
 * Inside a block everything but the guard that matches its `%begin` is reply text, whatever it looks like.
 */
import type { ControlMessage } from './messages.js'
import { parseNotification } from './notifications.js'

const NEWLINE = 10
const CR = 13
const PERCENT = 37

export interface ControlParserLimits {
  readonly maxLineBytes: number
  /** Of one reply, or of one collected region. */
  readonly maxBlockBytes: number
}

const LIMITS: ControlParserLimits = { maxLineBytes: 16 << 20, maxBlockBytes: 64 << 20 }

interface Block {
  readonly guard: Guard
  readonly lines: Buffer[]
  bytes: number
}

interface Guard {
  readonly kind: 'begin' | 'end' | 'error'
  /** `TIME NUMBER FLAGS`, which must be the same at both ends. */
  readonly key: string
}

export class ControlParser {
  readonly #emit: (message: ControlMessage) => void
  readonly #limits: ControlParserLimits
  #pieces: Buffer[] = []
  #pieceBytes = 0
  #block: Block | null = null
  #raw: { readonly close: Buffer; readonly lines: Buffer[]; bytes: number } | null = null
  #dead = false

  /** `emit` is called synchronously, in stream order. It may call `collect` and `replay`. */
  constructor(emit: (message: ControlMessage) => void, limits: Partial<ControlParserLimits> = {}) {
    this.#emit = emit
    this.#limits = { ...LIMITS, ...limits }
  }

  push(chunk: Buffer): void {
    let from = 0
    while (!this.#dead) {
      const to = chunk.indexOf(NEWLINE, from)
      if (to === -1) break
      this.#line(this.#takeLine(chunk.subarray(from, to)))
      from = to + 1
    }
    if (this.#dead || from === chunk.length) return
    this.#pieces.push(chunk.subarray(from))
    this.#pieceBytes += chunk.length - from
    if (this.#pieceBytes > this.#limits.maxLineBytes) this.#desync('a line is too long')
  }

  /**
   * From here to a block that holds exactly `close` nothing is taken for protocol; it comes as one `raw` message,
   * followed by the reply of that block. To be called from inside `emit`, for the reply before the untrusted ones.
   */
  collect(close: string): void {
    this.#raw = { close: Buffer.from(close), lines: [], bytes: 0 }
  }

  /** Parses lines of a `raw` message that turned out to be protocol after all. */
  replay(lines: readonly Buffer[]): void {
    for (const line of lines) if (!this.#dead) this.#line(line)
    if (this.#block !== null) this.#desync('a block is open at the end of a confirmed region')
  }

  #takeLine(rest: Buffer): Buffer {
    let line = rest
    if (this.#pieces.length > 0) {
      line = Buffer.concat([...this.#pieces, rest])
      this.#pieces = []
      this.#pieceBytes = 0
    }
    return line
  }

  #line(line: Buffer): void {
    if (this.#raw !== null) return this.#rawLine(line)
    if (this.#block !== null) return this.#blockLine(this.#block, line)
    // The client may run on a terminal that adds CR; inside blocks a CR may be content and stays.
    const text = line.length > 0 && line[line.length - 1] === CR ? line.subarray(0, -1) : line
    if (text[0] !== PERCENT) {
      if (text.length > 0) this.#emit({ type: 'text', line: text.toString('utf8') })
      return
    }
    const guard = parseGuard(text)
    if (guard === undefined) return this.#emit(parseNotification(text))
    if (guard.kind !== 'begin') return this.#desync(`%${guard.kind} without an open block`)
    this.#block = { guard, lines: [], bytes: 0 }
  }

  #blockLine(block: Block, line: Buffer): void {
    const guard = line[0] === PERCENT ? parseGuard(line) : undefined
    if (guard === undefined || guard.kind === 'begin' || guard.key !== block.guard.key) {
      block.lines.push(line)
      block.bytes += line.length + 1
      if (block.bytes > this.#limits.maxBlockBytes) this.#desync('a reply is too long')
      return
    }
    this.#block = null
    const [time, number, flags] = guard.key.split(' ').map(Number)
    this.#emit({
      type: 'reply',
      ok: guard.kind === 'end',
      time: time ?? 0,
      number: number ?? 0,
      flags: flags ?? 0,
      body: joinLines(block.lines),
    })
  }

  #rawLine(line: Buffer): void {
    const raw = this.#raw
    if (raw === null) return
    if (!line.equals(raw.close)) {
      raw.lines.push(line)
      raw.bytes += line.length + 1
      if (raw.bytes > this.#limits.maxBlockBytes) this.#desync('a collected region is too long')
      return
    }
    this.#raw = null
    const opening = raw.lines.pop()
    const guard = opening === undefined ? undefined : parseGuard(opening)
    if (guard?.kind !== 'begin') return this.#desync('the closing nonce does not begin its block')
    this.#emit({ type: 'raw', lines: raw.lines })
    if (!this.#dead) this.#block = { guard, lines: [line], bytes: line.length }
  }

  #desync(reason: string): void {
    if (this.#dead) return
    this.#dead = true
    this.#pieces = []
    this.#block = null
    this.#raw = null
    this.#emit({ type: 'desync', reason })
  }
}

const GUARD = /^%(begin|end|error) (\d+ \d+ \d+)$/

export function parseGuard(line: Buffer): Guard | undefined {
  // Guards are short; most lines are output and leave here without a string being made.
  if (line.length > 80 || !(line[1] === 98 || line[1] === 101)) return undefined
  const match = GUARD.exec(line.toString('latin1'))
  if (match === null) return undefined
  return { kind: match[1] as Guard['kind'], key: match[2] as string }
}

export function joinLines(lines: readonly Buffer[]): Buffer {
  if (lines.length === 1) return lines[0] as Buffer
  let bytes = Math.max(0, lines.length - 1)
  for (const line of lines) bytes += line.length
  const joined = Buffer.allocUnsafe(bytes)
  let at = 0
  for (const [index, line] of lines.entries()) {
    if (index > 0) joined[at++] = NEWLINE
    at += line.copy(joined, at)
  }
  return joined
}
