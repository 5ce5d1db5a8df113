import { frameMarks } from './shell-command.js'

export type FrameProgress =
  | { readonly type: 'more' }
  /** The shell has begun: it is ready for the script's stdin. */
  | { readonly type: 'started' }
  | { readonly type: 'overflow' }
  | { readonly type: 'done'; readonly output: Buffer; readonly exitCode: number }
  | { readonly type: 'garbled' }

/** Finds one command's output between its marks, in bytes, whatever comes before and however it is cut. Pure. */
export class FrameReader {
  readonly #start: Buffer
  readonly #end: Buffer
  readonly #maxBytes: number
  #phase: 'before' | 'inside' | 'status' = 'before'
  #carry = Buffer.alloc(0)
  #parts: Buffer[] = []
  #size = 0

  constructor(nonce: string, maxBytes: number) {
    const marks = frameMarks(nonce)
    this.#start = Buffer.from(marks.start)
    this.#end = Buffer.from(marks.end)
    this.#maxBytes = maxBytes
  }

  /** The shell has the whole script, and runs it. */
  get hasStarted(): boolean {
    return this.#phase !== 'before'
  }

  push(chunk: Buffer): FrameProgress {
    let data = this.#carry.length === 0 ? chunk : Buffer.concat([this.#carry, chunk])
    let started = false
    if (this.#phase === 'before') {
      const at = data.indexOf(this.#start)
      // The end without a start: the shell could not make the script's stdin.
      const end = data.indexOf(this.#end)
      if (end !== -1 && (at === -1 || end < at)) return { type: 'garbled' }
      if (at === -1) return this.#keep(data, this.#start.length - 1)
      this.#phase = 'inside'
      started = true
      data = data.subarray(at + this.#start.length)
    }
    if (this.#phase === 'inside') {
      const at = data.indexOf(this.#end)
      const kept = Math.min(data.length, this.#end.length - 1)
      this.#take(data.subarray(0, at === -1 ? data.length - kept : at))
      if (this.#size > this.#maxBytes) return { type: 'overflow' }
      if (at === -1) {
        this.#keep(data, kept)
        return { type: started ? 'started' : 'more' }
      }
      this.#phase = 'status'
      data = data.subarray(at + this.#end.length)
    }
    const newline = data.indexOf(10)
    if (newline === -1) return data.length > 8 ? { type: 'garbled' } : this.#keep(data, data.length)
    const digits = data.subarray(0, newline).toString('latin1')
    if (!/^\d{1,3}$/.test(digits)) return { type: 'garbled' }
    return { type: 'done', output: Buffer.concat(this.#parts), exitCode: Number(digits) }
  }

  #take(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.#parts.push(bytes)
    this.#size += bytes.length
  }

  #keep(data: Buffer, count: number): FrameProgress {
    this.#carry = Buffer.from(data.subarray(Math.max(0, data.length - count)))
    return { type: 'more' }
  }
}
