/**
 * Takes out of an agent's output what is more than drawing, so that a mirror may give the rest to a local pane.
 *
 * - Questions to the terminal (device attributes, cursor and mode reports, colours, versions): the tmux of the
 *   agent's machine has answered them; the local one would answer a second time, into the agent's input.
 * - What acts on the person's terminal or on the view: clipboard (OSC 52), notifications, DCS passthrough, window
 *   manipulation, `ESC k` (renames the window), APC.
 * - Bracketed paste stays on in a mirror, whatever the program says: the mirror takes the brackets off and the
 *   agent's tmux, which knows the truth, puts them on again.
 *
 * A byte machine with the states of tmux's own parser, so that both always agree about where a sequence ends.
 */
const ENQ = 0x05
const BEL = 0x07
const CAN = 0x18
const SUB = 0x1a
const ESC = 0x1b
const DEL = 0x7f

type State = 'ground' | 'escape' | 'escapeTail' | 'csi' | 'osc' | 'dcsHead' | 'dcs' | 'dcsEscape' | 'swallow'

/** Longest sequence that is held back; what is longer is dropped to its end. tmux itself stops at 64 for CSI. */
const MAX_CSI = 256
const MAX_OSC = 4096

/** Operating system commands that only draw: titles, palette, hyperlinks, default colours, resets, prompt marks. */
const DRAWING_OSC = new Set(['0', '1', '2', '4', '8', '10', '11', '12', '104', '110', '111', '112', '133'])

const PASTE_ON = Buffer.from('\x1b[?2004h')

export class QueryFilter {
  #state: State = 'ground'
  /** The sequence so far, its ESC included. */
  #held: number[] = []
  #tooLong = false

  /** The bytes of `chunk` that only draw. A sequence that is not complete yet comes out with a later chunk. */
  push(chunk: Uint8Array): Buffer {
    const out = new ByteSink(chunk.length + 64)
    let start = 0
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] as number
      if (this.#state === 'ground') {
        if (byte !== ESC && byte !== ENQ) continue
        out.slice(chunk, start, i)
        if (byte === ESC) this.#enterEscape()
      } else {
        this.#step(byte, out)
      }
      start = i + 1
    }
    if (this.#state === 'ground') out.slice(chunk, start, chunk.length)
    return out.take()
  }

  /** Inside a string (OSC, DCS and the like) whose end has not come: what follows is swallowed until it does. */
  get isInString(): boolean {
    return this.#state === 'osc' || this.#state === 'swallow' || this.#state.startsWith('dcs')
  }

  /** Forgets a sequence that was begun: before a repaint. */
  reset(): void {
    this.#state = 'ground'
    this.#held = []
    this.#tooLong = false
  }

  #enterEscape(): void {
    this.#state = 'escape'
    this.#held = [ESC]
    this.#tooLong = false
  }

  #step(byte: number, out: ByteSink): void {
    switch (this.#state) {
      case 'dcs':
        if (byte === ESC) this.#state = 'dcsEscape'
        return
      case 'dcsEscape':
        this.#state = byte === 0x5c ? 'ground' : 'dcs'
        return
      case 'osc':
        return this.#stepOsc(byte, out)
      case 'ground':
        return
      case 'escape':
      case 'escapeTail':
      case 'csi':
      case 'dcsHead':
      case 'swallow':
        break
    }
    if (byte === ESC) return this.#enterEscape()
    if (byte === CAN || byte === SUB) {
      this.reset()
      return
    }
    if (this.#state === 'swallow') return
    if (byte < 0x20) {
      // tmux carries control characters out even in the middle of a sequence.
      if (byte !== ENQ && this.#state !== 'dcsHead') out.byte(byte)
      return
    }
    if (byte >= DEL) return
    if (this.#state === 'escape' || this.#state === 'escapeTail') this.#stepEscape(byte, out)
    else if (this.#state === 'csi') this.#stepCsi(byte, out)
    else if (byte >= 0x40) this.#state = 'dcs'
  }

  #stepEscape(byte: number, out: ByteSink): void {
    this.#held.push(byte)
    if (byte < 0x30) {
      if (this.#held.length > 8) this.reset()
      else this.#state = 'escapeTail'
      return
    }
    if (this.#state === 'escape') {
      const next = INTRODUCERS[byte]
      if (next !== undefined) {
        this.#state = next
        return
      }
      if (byte === 0x5a) return this.reset() // DECID: a question
      if (byte === 0x63) {
        out.bytes(this.#held)
        out.slice(PASTE_ON, 0, PASTE_ON.length)
        return this.reset()
      }
    }
    out.bytes(this.#held)
    this.reset()
  }

  #stepCsi(byte: number, out: ByteSink): void {
    if (this.#held.length < MAX_CSI) this.#held.push(byte)
    else this.#tooLong = true
    if (byte < 0x40) return
    if (!this.#tooLong) out.text(drawingCsi(String.fromCharCode(...this.#held.slice(2))))
    this.reset()
  }

  #stepOsc(byte: number, out: ByteSink): void {
    if (byte === CAN || byte === SUB) return this.reset()
    if (byte === BEL || byte === ESC) {
      const draws = !this.#tooLong && isDrawingOsc(this.#held)
      if (draws) {
        out.bytes(this.#held)
        // Closed here; the `ESC \` that usually follows then means nothing, and anything else starts anew.
        if (byte === BEL) out.byte(BEL)
        else out.text('\x1b\\')
      }
      if (byte === ESC) this.#enterEscape()
      else this.reset()
      return
    }
    if (byte < 0x20) return
    if (this.#held.length < MAX_OSC) this.#held.push(byte)
    else this.#tooLong = true
  }
}

const INTRODUCERS: Readonly<Record<number, State>> = {
  0x50: 'dcsHead', // P
  0x58: 'swallow', // X, start of string
  0x5b: 'csi', // [
  0x5d: 'osc', // ]
  0x5e: 'swallow', // ^, privacy message
  0x5f: 'swallow', // _, application command
  0x6b: 'swallow', // k, window name
}

/** What to pass on of `ESC [ body`: all, nothing, or what is left without the parts that are not for a mirror. */
function drawingCsi(body: string): string {
  const whole = `\x1b[${body}`
  const prefix = /^[<=>?]/.exec(body)?.[0] ?? ''
  const tail = /[ -/]*[@-~]$/.exec(body)?.[0] ?? ''
  const parameters = body.slice(prefix.length, body.length - tail.length)
  switch (tail) {
    case 'c': // device attributes, all three
    case 'i': // printing
    case 'x': // terminal parameters
    case '$p': // mode reports
    case '$w':
    case '*y':
    case "'|":
      return ''
    case 'n':
      return prefix === '>' ? whole : ''
    case 'q':
      return prefix === '>' ? '' : whole
    case 'u':
    case 'm':
    case 'S':
      return prefix === '?' ? '' : whole
    case 't':
      return /^2[23](;|$)/.test(parameters) ? whole : ''
    case 'h':
    case 'l': {
      if (prefix !== '?' || !parameters.includes('2004')) return whole
      const rest = parameters.split(';').filter((mode) => Number(mode) !== 2004)
      return rest.length === 0 ? '' : `\x1b[?${rest.join(';')}${tail}`
    }
    default:
      return whole
  }
}

function isDrawingOsc(held: readonly number[]): boolean {
  const text = String.fromCharCode(...held.slice(2))
  const fields = text.split(';')
  return DRAWING_OSC.has(fields[0] ?? '') && (/^[0128]$/.test(fields[0] ?? '') || !fields.includes('?'))
}

/** Grows by doubling; one allocation for the usual chunk. */
class ByteSink {
  #buffer: Buffer
  #length = 0

  constructor(size: number) {
    this.#buffer = Buffer.allocUnsafe(size)
  }

  slice(from: Uint8Array, start: number, end: number): void {
    if (end <= start) return
    this.#grow(end - start)
    this.#buffer.set(from.subarray(start, end), this.#length)
    this.#length += end - start
  }

  bytes(values: readonly number[]): void {
    this.#grow(values.length)
    for (const value of values) this.#buffer[this.#length++] = value
  }

  byte(value: number): void {
    this.#grow(1)
    this.#buffer[this.#length++] = value
  }

  /** ASCII only. */
  text(value: string): void {
    this.#grow(value.length)
    this.#length += this.#buffer.write(value, this.#length, 'latin1')
  }

  take(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  #grow(by: number): void {
    if (this.#length + by <= this.#buffer.length) return
    const bigger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + by))
    bigger.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = bigger
  }
}
