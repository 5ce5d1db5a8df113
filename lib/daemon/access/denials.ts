/** Denied requests in the journal: one event a principal and minute, so that a loop does not fill the store. */
import { formatPrincipal, type Principal } from '../../core/principal.js'
import type { Kernel } from '../kernel/kernel.js'

export const JOIN_MS = 60_000

export interface Denial {
  readonly by: Principal
  /** null: the token was wrong. */
  readonly permission: string | null
  /** `POST /v1/tasks`. */
  readonly request: string
}

export class Denials {
  readonly #kernel: Pick<Kernel, 'dispatch' | 'clock'>
  /** By principal: the last denial, and how many came since the last event. */
  readonly #open = new Map<string, { last: Denial; count: number; timer: NodeJS.Timeout }>()

  constructor(kernel: Pick<Kernel, 'dispatch' | 'clock'>) {
    this.#kernel = kernel
  }

  /** The first is told at once, what follows within a minute as one more event at its end. */
  note(denial: Denial): void {
    const key = formatPrincipal(denial.by)
    const open = this.#open.get(key)
    if (open !== undefined) {
      open.last = denial
      open.count += 1
      return
    }
    this.#tell(denial, 1)
    this.#watch(key, denial)
  }

  close(): void {
    for (const { timer } of this.#open.values()) clearTimeout(timer)
    this.#open.clear()
  }

  #watch(key: string, last: Denial): void {
    const timer = setTimeout(() => {
      const open = this.#open.get(key)
      this.#open.delete(key)
      if (open === undefined || open.count === 0) return
      this.#tell(open.last, open.count)
      this.#watch(key, open.last)
    }, JOIN_MS).unref()
    this.#open.set(key, { last, count: 0, timer })
  }

  #tell(denial: Denial, count: number): void {
    this.#kernel.dispatch({ type: 'access.denied', at: this.#kernel.clock.now(), ...denial, count })
  }
}
