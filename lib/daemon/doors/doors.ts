/** The doors beside the socket, as the layout has them. Nothing of them is loaded where it has none. */
import { messageOf, OrchestraError } from '../../core/errors.js'
import type { TcpSpec } from '../../core/layout/api-spec.js'
import type { RunEvent } from '../../core/run/events.js'
import type { LiveFacts } from '../../core/run/rows/status-document.js'
import { sameValue } from '../../core/same-value.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Part } from '../kernel/part.js'

interface Door {
  close(): Promise<void>
}

/** A port that was taken may be free soon, an address of a network come back. */
const TRY_AGAIN_MS = 5000

export interface DoorProblem {
  readonly text: string
  readonly mend: string
}

export class Doors implements Part {
  readonly name = 'doors'
  readonly facts: Pick<LiveFacts, 'doorProblem'> = { doorProblem: () => this.#problem?.text ?? null }
  readonly #kernel: Pick<Kernel, 'loop' | 'log' | 'changed'>
  readonly #retryMs: number
  #open: ((spec: TcpSpec) => Promise<Door>) | null = null
  #door: { readonly spec: TcpSpec; readonly door: Door } | null = null
  #problem: DoorProblem | null = null
  #work: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(kernel: Pick<Kernel, 'loop' | 'log' | 'changed'>, retryMs = TRY_AGAIN_MS) {
    this.#kernel = kernel
    this.#retryMs = retryMs
  }

  /** Why what the layout asks for is not open; null: it is, or nothing is asked for. */
  get problem(): DoorProblem | null {
    return this.#problem
  }

  /** How to open one: from now on the layout's are. */
  serve(open: (spec: TcpSpec) => Promise<Door>): void {
    this.#open = open
    this.#soon()
  }

  /** When all that was asked for until now is open, or is not. */
  settled(): Promise<void> {
    return this.#work
  }

  follow({ type }: RunEvent): void {
    if (type === 'layout.applied') this.#soon()
  }

  async close(): Promise<void> {
    this.#open = null
    this.#soon()
    await this.#work
  }

  /** One after the other: a port is free when its last door is closed. */
  #soon(): void {
    clearTimeout(this.#timer)
    this.#work = this.#work.then(() => this.#settle())
  }

  async #settle(): Promise<void> {
    const { loop, log } = this.#kernel
    const open = this.#open
    const spec = open === null ? null : (loop.state.layout?.api.tcp ?? null)
    if (spec !== null && sameValue(this.#door?.spec ?? null, spec)) return
    await this.#door?.door.close()
    this.#door = null
    if (spec === null || open === null) return this.#say(null)
    try {
      this.#door = { spec, door: await open(spec) }
      log.info({ host: spec.host, port: spec.port }, 'the API is reached by TCP')
      this.#say(null)
    } catch (error) {
      if (this.#problem === null) log.warn({ err: error }, 'the API is not reached by TCP')
      const mend = error instanceof OrchestraError ? error.hint : undefined
      this.#say({ text: messageOf(error), mend: mend ?? 'see `daemon.log` in the session directory' })
      this.#timer = setTimeout(() => this.#soon(), this.#retryMs).unref()
    }
  }

  #say(problem: DoorProblem | null): void {
    if (sameValue(this.#problem, problem)) return
    this.#problem = problem
    this.#kernel.changed()
  }
}
