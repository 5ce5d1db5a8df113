/** The doors beside the socket, as the layout has them. Nothing of them is loaded where it has none. */
import type { Logger } from 'pino'
import { sameValue } from '../../core/same-value.js'
import type { TcpSpec } from '../../core/layout/api-spec.js'

interface Door {
  close(): Promise<void>
}

export interface DoorsNeeds {
  /** What the layout wants now. */
  readonly wanted: () => TcpSpec | null
  readonly open: (spec: TcpSpec) => Promise<Door>
  readonly log: Pick<Logger, 'info' | 'warn'>
}

export class Doors {
  readonly #needs: DoorsNeeds
  #open: { readonly spec: TcpSpec; readonly door: Door } | null = null
  #work: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(needs: DoorsNeeds) {
    this.#needs = needs
  }

  /** A layout was applied. One after the other: a port is free when its last door is closed. */
  settle(): Promise<void> {
    return (this.#work = this.#work.then(() => this.#settle()))
  }

  async close(): Promise<void> {
    this.#stopped = true
    await this.settle()
  }

  async #settle(): Promise<void> {
    const { wanted, open, log } = this.#needs
    const spec = this.#stopped ? null : wanted()
    if (sameValue(this.#open?.spec ?? null, spec)) return
    await this.#open?.door.close()
    this.#open = null
    if (spec === null) return
    try {
      this.#open = { spec, door: await open(spec) }
      log.info({ host: spec.host, port: spec.port }, 'the API is reached by TCP')
    } catch (error) {
      log.warn({ err: error }, 'the API is not reached by TCP')
    }
  }
}
