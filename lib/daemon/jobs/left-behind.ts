/** What could not be ended: noted in the journal, and told to the person who asked for the end. */
import type { AgentId, AttemptId } from '../../core/ids.js'
import type { Kernel } from '../kernel/kernel.js'
import { sayLeft } from '../machines/end-starts.js'

type Subject = AgentId | AttemptId

/** At most so long a person waits to hear it: two seconds for TERM, then KILL. */
const WAIT_MS = 5000

export class LeftBehind {
  readonly #kernel: Pick<Kernel, 'loop' | 'clock'>
  readonly #subscribe: (listener: () => void) => () => void
  readonly #known = new Map<Subject, string>()

  /** `subscribe`: to whatever happens; returns what ends that. */
  constructor(kernel: Pick<Kernel, 'loop' | 'clock'>, subscribe: (listener: () => void) => () => void) {
    this.#kernel = kernel
    this.#subscribe = subscribe
  }

  /** @returns what was said of it; null: nothing lives on. */
  note(subject: Subject, pids: readonly number[]): string | null {
    const said = sayLeft([...new Set(pids)])
    this.#known.delete(subject)
    if (said === null) return null
    this.#known.set(subject, said)
    const { loop, clock } = this.#kernel
    loop.dispatch({ type: 'noted', at: clock.now(), subject, text: said })
    return said
  }

  /** Waits until `isOver`, or for a while. @returns what lives on of the subject; null: nothing, or nobody knows yet. */
  async after(subject: Subject, isOver: () => boolean): Promise<string | null> {
    if (!isOver()) {
      await new Promise<void>((resolve) => {
        const finish = () => {
          clearTimeout(timer)
          unsubscribe()
          resolve()
        }
        const timer = setTimeout(finish, WAIT_MS)
        const unsubscribe = this.#subscribe(() => isOver() && finish())
      })
    }
    return this.#known.get(subject) ?? null
  }
}
