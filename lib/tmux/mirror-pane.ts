/**
 * A mirror: a local pane whose process only sleeps. We open the pane's terminal from outside, write the agent's
 * output to it and read what is typed. An agent's screen is never in danger here: the worst is a pane to repaint.
 */
import { closeSync, constants, openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import type { PaneId } from '../core/ids.js'
import { clipSign, noticeBytes, paintBytes, paintClipped, type PaneSnapshot } from './protocol/paint.js'
import { PasteSplitter, type TypedPart } from './protocol/paste-splitter.js'
import { QueryFilter } from './protocol/query-filter.js'

/** The process of a mirror pane. `sleep infinity` is GNU's alone. */
export const MIRROR_ARGV: readonly string[] = ['sh', '-c', 'stty raw -echo; exec sleep 2147483647']

/** The agent's end. Methods never throw; what is lost on the way is lost as on any terminal line. */
export interface MirrorSource {
  /**
   * Calls `done` once: inside the stream, before any output that the snapshot does not contain is given to
   * `onOutput`'s listener (a promise would resume too late); undefined when there is no snapshot to be had.
   */
  snapshot(history: number, done: (snapshot: PaneSnapshot | undefined) => void): void
  /** `gap`: output was lost, or the agent's screen changed its size. Returns the function that unsubscribes. */
  onOutput(listener: (bytes: Uint8Array) => void, gap: () => void): () => void
  sendKeys(bytes: Uint8Array): void
  paste(text: string): void
  resize(cols: number, rows: number): void
}

export type MirrorState = 'away' | 'painting' | 'live' | 'clipped' | 'closed'

export interface MirrorPaneOptions {
  readonly paneId: PaneId
  /** `#{pane_tty}`; read anew for every pane, because tmux gives numbers out again at once. */
  readonly tty: string
  readonly cols: number
  readonly rows: number
  readonly onState?: (state: MirrorState) => void
  /** Which part of the agent's screen is shown, for the border; empty: all of it. */
  readonly onClip?: (sign: string) => void
}

/** An agent's screen is never made smaller than this; a smaller mirror shows a part of it. */
export const SMALLEST_SCREEN = { cols: 80, rows: 24 } as const

const MAX_UNWRITTEN = 256 * 1024
const FIRST_PAINT_HISTORY = 500
const REPAINT_AFTER_RESIZE_MS = 150
const CLIPPED_REPAINT_MS = 120
const GAP_REPAINT_MS = 20
const RETRY_SNAPSHOT_MS = 1000
const LONE_ESCAPE_MS = 15
const UNENDED_PASTE_MS = 2000
const UNENDED_STRING_MS = 6000

export class MirrorPane {
  readonly paneId: PaneId
  /** Resolves once, when the pane is gone or `close` was called. */
  readonly closed: Promise<void>
  readonly #stream: ReadStream
  readonly #filter = new QueryFilter()
  readonly #typed = new PasteSplitter()
  readonly #onState: (state: MirrorState) => void
  readonly #onClip: (sign: string) => void
  #state: MirrorState = 'away'
  #cols: number
  #rows: number
  #source: MirrorSource | null = null
  #unsubscribe: () => void = () => {}
  /** Counts paints, so that the answer to an older question is not painted. */
  #paintNumber = 0
  #paintedOnce = false
  #hasHistory = false
  #isChoked = false
  /** What the agent's screen was asked to be. */
  #fitted: string | null = null
  #repaintTimer: NodeJS.Timeout | undefined
  #typedTimer: NodeJS.Timeout | undefined
  #stringTimer: NodeJS.Timeout | undefined
  #resolveClosed: () => void = () => {}

  /** Opens the terminal. Throws what `open` throws: the pane is gone. */
  constructor(options: MirrorPaneOptions) {
    this.paneId = options.paneId
    this.#cols = options.cols
    this.#rows = options.rows
    this.#onState = options.onState ?? (() => {})
    this.#onClip = options.onClip ?? (() => {})
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve))
    const fd = openSync(options.tty, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK)
    try {
      // Not a WriteStream: that one blocks, and a stopped local tmux would stop the daemon.
      this.#stream = new ReadStream(fd)
    } finally {
      // libuv has opened the terminal again for itself.
      closeSync(fd)
    }
    this.#stream.on('data', (chunk: Buffer) => this.#typedBytes(chunk))
    this.#stream.on('drain', () => this.#drained())
    this.#stream.on('error', () => this.close())
    this.#stream.on('end', () => this.close())
    this.#stream.on('close', () => this.close())
  }

  get state(): MirrorState {
    return this.#state
  }

  get size(): { readonly cols: number; readonly rows: number } {
    return { cols: this.#cols, rows: this.#rows }
  }

  /** Bytes that the local tmux has not taken yet. */
  get unwritten(): number {
    return this.#stream.writableLength
  }

  /** Shows that agent from now on: fits its screen to the pane (unless `follow` is false) and paints. */
  attachSource(source: MirrorSource, options: { readonly follow?: boolean } = {}): void {
    if (this.#state === 'closed') return
    this.detachSource()
    this.#source = source
    this.#hasHistory = false
    this.#unsubscribe = source.onOutput(
      (bytes) => this.#output(bytes),
      () => this.#gap(),
    )
    this.#fitted = null
    if (options.follow !== false) this.#fitSource()
    this.#paint()
  }

  /** The agent cannot be seen for now: the last screen stays, keys go nowhere. */
  detachSource(): void {
    this.#unsubscribe()
    this.#unsubscribe = () => {}
    this.#source = null
    this.#paintNumber++
    this.#paintedOnce = false
    clearTimeout(this.#repaintTimer)
    this.#repaintTimer = undefined
    this.#clearStringTimer()
    this.#setState('away')
  }

  /**
   * The local pane has this size. `follow`: the agent's screen takes it too (a writable client looks on); so the same
   * size again is news when nobody followed before.
   */
  resize(cols: number, rows: number, options: { readonly follow?: boolean } = {}): void {
    const isSame = cols === this.#cols && rows === this.#rows
    const isFitted = options.follow === false || this.#fitted === `${cols}x${rows}`
    if (this.#state === 'closed' || (isSame && isFitted)) return
    this.#cols = cols
    this.#rows = rows
    if (this.#source === null) return
    if (options.follow !== false) this.#fitSource()
    this.#repaintIn(REPAINT_AFTER_RESIZE_MS)
  }

  /** Paints anew: after a gap in the output. */
  repaint(): void {
    if (this.#source !== null) this.#paint()
  }

  /** A line of our own at the bottom of the pane: what it waits for. */
  notice(text: string): void {
    if (this.#state !== 'closed') this.#write(noticeBytes(text, this.#rows))
  }

  close(): void {
    if (this.#state === 'closed') return
    this.detachSource()
    clearTimeout(this.#typedTimer)
    this.#setState('closed')
    this.#stream.destroy()
    this.#resolveClosed()
  }

  #fitSource(): void {
    this.#fitted = `${this.#cols}x${this.#rows}`
    this.#source?.resize(
      Math.max(this.#cols, SMALLEST_SCREEN.cols),
      Math.max(this.#rows, SMALLEST_SCREEN.rows),
    )
  }

  /** What comes next does not follow what is shown: nothing of it before the repaint. */
  #gap(): void {
    if (this.#state === 'live') this.#isChoked = true
    this.#repaintIn(GAP_REPAINT_MS)
  }

  #repaintIn(ms: number): void {
    if (this.#repaintTimer !== undefined) return
    this.#repaintTimer = setTimeout(() => {
      this.#repaintTimer = undefined
      this.repaint()
    }, ms)
  }

  #paint(): void {
    const source = this.#source
    if (source === null) return
    clearTimeout(this.#repaintTimer)
    this.#repaintTimer = undefined
    const number = ++this.#paintNumber
    this.#setState('painting')
    source.snapshot(this.#hasHistory ? 0 : FIRST_PAINT_HISTORY, (snapshot) => {
      if (number !== this.#paintNumber || this.#source !== source) return
      if (snapshot === undefined) this.#repaintIn(RETRY_SNAPSHOT_MS)
      else this.#show(snapshot)
    })
  }

  #show(snapshot: PaneSnapshot): void {
    this.#filter.reset()
    this.#clearStringTimer()
    this.#isChoked = false
    this.#hasHistory = true
    this.#paintedOnce = true
    this.#onClip(clipSign(snapshot, this.#cols, this.#rows))
    if (snapshot.cols === this.#cols && snapshot.rows === this.#rows) {
      this.#setState('live')
      this.#write(paintBytes(snapshot))
      this.#write(this.#filter.push(snapshot.pending))
    } else {
      this.#setState('clipped')
      this.#write(paintClipped(snapshot, this.#cols, this.#rows))
    }
  }

  #output(bytes: Uint8Array): void {
    // While painting: the snapshot will contain it.
    if (this.#state === 'clipped') this.#repaintIn(CLIPPED_REPAINT_MS)
    if (this.#state !== 'live' || this.#isChoked) return
    this.#write(this.#filter.push(bytes))
    // tmux gives up on a string that does not end after 5 s; so do we, by painting what it shows then.
    if (!this.#filter.isInString) this.#clearStringTimer()
    else this.#stringTimer ??= setTimeout(() => this.repaint(), UNENDED_STRING_MS)
  }

  #clearStringTimer(): void {
    clearTimeout(this.#stringTimer)
    this.#stringTimer = undefined
  }

  #write(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#stream.destroyed) return
    if (this.#stream.writableCorked === 0) {
      // Many short lines of one turn become one system call.
      this.#stream.cork()
      setImmediate(() => this.#stream.uncork())
    }
    this.#stream.write(bytes)
    if (this.#stream.writableLength > MAX_UNWRITTEN) this.#isChoked = true
  }

  #drained(): void {
    if (!this.#isChoked) return
    this.#isChoked = false
    this.repaint()
  }

  #typedBytes(chunk: Buffer): void {
    // What was typed while nobody read waits in the terminal; it was not meant for what is shown now.
    if (!this.#paintedOnce) return
    this.#deliver(this.#typed.push(chunk))
    clearTimeout(this.#typedTimer)
    if (!this.#typed.isHolding) return
    this.#typedTimer = setTimeout(
      () => this.#deliver(this.#typed.flush()),
      this.#typed.isPasting ? UNENDED_PASTE_MS : LONE_ESCAPE_MS,
    )
  }

  #deliver(parts: readonly TypedPart[]): void {
    for (const part of parts) {
      if (part.type === 'keys') this.#source?.sendKeys(part.bytes)
      else this.#source?.paste(part.text)
    }
  }

  #setState(state: MirrorState): void {
    if (this.#state === state || this.#state === 'closed') return
    this.#state = state
    this.#onState(state)
  }
}
