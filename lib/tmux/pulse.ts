/** Whether the server behind a control client answers. One that hangs says nothing at all, and its client stays. */
import type { ControlClient } from './control-client.js'

const PULSE_MS = 5000
/** One late answer is a busy machine. */
const MISSES = 2

export class Pulse {
  readonly #client: ControlClient
  readonly #tell: (answers: boolean) => void
  readonly #timer: NodeJS.Timeout
  #isAsked = false
  #misses = 0

  /** `tell` is called when it stops answering, and when it answers again. */
  constructor(client: ControlClient, tell: (answers: boolean) => void, everyMs = PULSE_MS) {
    this.#client = client
    this.#tell = tell
    this.#timer = setInterval(() => this.#beat(everyMs), everyMs)
    this.#timer.unref()
    void client.closed.then(() => this.stop())
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #beat(everyMs: number): void {
    if (performance.now() - this.#client.heardAt < everyMs) return this.#heard()
    if (this.#isAsked) {
      this.#misses += 1
      if (this.#misses === MISSES) this.#tell(false)
      return
    }
    this.#isAsked = true
    const over = () => {
      this.#isAsked = false
    }
    // The answer comes when the server goes on, however late.
    this.#client.command(['display-message', '-p', ''], { timeoutMs: null }).then(() => {
      over()
      this.#heard()
    }, over)
  }

  #heard(): void {
    const wasSilent = this.#misses >= MISSES
    this.#misses = 0
    if (wasSilent) this.#tell(true)
  }
}
