/**
 * The loop: messages → state → frame → bytes. News of the daemon is drawn at most four times a second, what a person
 * does at once; while nothing changes nothing is drawn, and once a second the clocks are looked at.
 */
import { messageOf } from '../core/errors.js'
import type { Millis } from '../core/time.js'
import type { Frame } from './draw/frame.js'
import type { Look } from './draw/look.js'
import { monitorFrame } from './draw/monitor-frame.js'
import { FrameWriter } from './screen/frame-writer.js'
import type { ColorMode } from './screen/palette.js'
import type { Terminal, TerminalListener } from './screen/terminal.js'
import type { MonitorSource } from './source.js'
import type { ViewName } from '../core/layout/view-names.js'
import { initialState, type MonitorState } from './ui/state.js'
import { subjectOf } from './ui/subject.js'
import { shownOf } from './ui/panel-rows.js'
import { update, type Effect, type Message } from './ui/update.js'

const FRAME_MS = 300
const CLOCK_MS = 1000

export interface MonitorOptions {
  readonly source: MonitorSource
  readonly open: (listener: TerminalListener) => Terminal
  readonly view: ViewName
  readonly ascii: boolean
  readonly color: ColorMode
  /** Takes the person to the agent; the terminal is free meanwhile. Resolves to what to say afterwards, if anything. */
  readonly attach: (agent: string) => Promise<string | null>
  readonly now?: () => Millis
  readonly offsetMin?: number
}

/** Resolves when the person quits. */
export function runMonitor(options: MonitorOptions): Promise<void> {
  return new Promise((resolve) => {
    new Monitor(options, resolve).start()
  })
}

class Monitor {
  readonly #options: MonitorOptions
  readonly #done: () => void
  readonly #writer: FrameWriter
  readonly #terminal: Terminal
  readonly #now: () => Millis
  #state: MonitorState
  #frame: Frame | null = null
  #drawnAt = -Infinity
  #timer: NodeJS.Timeout | undefined
  #clock: NodeJS.Timeout | undefined
  #isAway = false
  #isPeeking = false
  #isAsking = false

  constructor(options: MonitorOptions, done: () => void) {
    this.#options = options
    this.#done = done
    this.#now = options.now ?? Date.now
    this.#writer = new FrameWriter(options.color)
    this.#state = initialState(options.view, this.#now())
    this.#terminal = options.open({
      key: (key) => this.#say({ type: 'key', key }, true),
      paste: (text) => this.#say({ type: 'paste', text }, true),
      mouse: (mouse) => this.#say({ type: 'mouse', mouse, hits: this.#frame?.hits ?? [] }, true),
      resize: () => {
        this.#writer.forget()
        this.#draw()
      },
    })
  }

  start(): void {
    this.#options.source.start({
      status: (doc) => this.#say({ type: 'status', doc }, this.#state.doc === null),
      event: (row) => this.#say({ type: 'events', rows: [row] }, false),
      gone: (reason) => this.#say({ type: 'gone', reason }, false),
    })
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, this.#onSignal)
    this.#clock = setInterval(() => this.#tick(), CLOCK_MS)
    // Nothing to show yet: a moment's patience spares a flash of "asking the daemon".
    this.#timer = setTimeout(() => this.#draw(), 100)
  }

  #say(message: Message, isUrgent: boolean): void {
    const size = this.#terminal.size()
    const { state, effects } = update(this.#state, message, {
      now: this.#now(),
      page: Math.max(1, Math.floor(size.rows / 2) - 2),
      size,
    })
    const isChanged = state !== this.#state
    this.#state = state
    for (const effect of effects) this.#perform(effect)
    if (!isChanged) return
    if (isUrgent && (state.peek === null || state.peek.lines.length === 0)) void this.#peek()
    if (isUrgent) void this.#askWorkers()
    if (isUrgent) this.#draw()
    else this.#drawSoon()
  }

  #tick(): void {
    this.#say({ type: 'tick' }, false)
    this.#drawSoon()
    void this.#peek()
    void this.#askWorkers()
  }

  #drawSoon(): void {
    if (this.#timer !== undefined) return
    const wait = Math.max(0, this.#drawnAt + FRAME_MS - performance.now())
    this.#timer = setTimeout(() => this.#draw(), wait)
  }

  #draw(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#isAway) return
    this.#drawnAt = performance.now()
    this.#frame = monitorFrame(this.#state, this.#look())
    const bytes = this.#writer.write(this.#frame)
    if (bytes !== '') this.#terminal.write(bytes)
  }

  #look(): Look {
    const now = this.#now()
    const offsetMin = this.#options.offsetMin ?? -new Date(now).getTimezoneOffset()
    return { ...this.#terminal.size(), ascii: this.#options.ascii, now, offsetMin }
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'act':
        this.#options.source.act(effect.act).then(
          (text) => this.#say({ type: 'notice', text, tone: 'good' }, true),
          (error: unknown) => this.#say({ type: 'notice', text: messageOf(error), tone: 'bad' }, true),
        )
        return
      case 'attach':
        void this.#leaveFor(() => this.#options.attach(effect.agent))
        return
      case 'suspend':
        void this.#leaveFor(suspendProcess)
        return
      case 'redraw':
        this.#writer.forget()
        this.#draw()
        return
      case 'quit':
        this.#quit()
    }
  }

  async #leaveFor(act: () => Promise<string | null>): Promise<void> {
    this.#isAway = true
    const text = await this.#terminal.suspend(act).catch(messageOf)
    this.#isAway = false
    this.#writer.forget()
    if (text === null) this.#draw()
    else this.#say({ type: 'notice', text, tone: 'warn' }, true)
  }

  /** The screen or log of the agent whose details are open, or what a task printed, once a second. */
  async #peek(): Promise<void> {
    const details = this.#state.overlays.find((overlay) => overlay.kind === 'details')
    if (details === undefined || this.#isPeeking || this.#isAway) return
    const isTask = details.panel === 'tasks'
    const agent = isTask ? details.id : subjectOf(this.#state, shownOf(this.#state, this.#now()))?.agent?.id
    if (agent === undefined) return
    const mode = this.#state.peek?.agent === agent ? this.#state.peek.mode : 'screen'
    if (isTask && mode === 'screen') {
      // The details of a task show its events; `l` asks for its log.
      if (this.#state.peek?.agent !== agent)
        this.#say({ type: 'peek', peek: { agent, mode, at: this.#now(), lines: [], error: null } }, false)
      return
    }
    this.#isPeeking = true
    const { source } = this.#options
    const seen = await (
      mode === 'log' ? source.logs(agent, isTask ? 'task' : 'agent') : source.screen(agent)
    ).then(
      (lines) => ({ lines, error: null }),
      (error: unknown) => ({ lines: [], error: messageOf(error) }),
    )
    this.#isPeeking = false
    const now = this.#state.peek
    // Asked for something else meanwhile: look again.
    if (now !== null && now.agent === agent && now.mode !== mode) return this.#peek()
    this.#say({ type: 'peek', peek: { agent, mode, at: this.#now(), ...seen } }, false)
  }

  /** While their view is shown, once a second. */
  async #askWorkers(): Promise<void> {
    if (this.#state.view !== 'workers' || this.#isAsking || this.#isAway) return
    this.#isAsking = true
    const doc = await this.#options.source.workers().catch(() => null)
    this.#isAsking = false
    if (doc !== null) this.#say({ type: 'workers', doc }, false)
  }

  readonly #onSignal = (): void => this.#quit()

  #quit(): void {
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.off(signal, this.#onSignal)
    clearInterval(this.#clock)
    clearTimeout(this.#timer)
    this.#isAway = true
    this.#options.source.close()
    this.#terminal.close()
    this.#done()
  }
}

async function suspendProcess(): Promise<null> {
  const back = new Promise((resolve) => process.once('SIGCONT', resolve))
  process.kill(process.pid, 'SIGTSTP')
  await back
  return null
}
