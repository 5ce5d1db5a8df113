/**
 * For a store whose commits take a while: what is written waits in one line, one commit is under way at a time, and whatever
 * came in the meantime is the next one. So a round trip is paid once for many writes, and their order is kept.
 */
import { messageOf } from '../core/errors.js'
import type { Millis } from '../core/time.js'

export interface GroupCommitOptions<T> {
  /** All or none of them. */
  readonly commit: (writes: readonly T[]) => Promise<void>
  readonly retryMs: Millis
  /** Trying again is no use, e.g. because another has the lease. */
  readonly isLost: (error: unknown) => boolean
}

interface Waiter {
  readonly position: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export class GroupCommit<T> {
  readonly #options: GroupCommitOptions<T>
  #waiting: T[] = []
  #waiters: Waiter[] = []
  #taken = 0
  #durable = 0
  #isBusy = false
  #lost: { readonly error: unknown } | null = null
  #closed = false
  /** The words of the last failure, until a commit succeeds. */
  problem: string | null = null

  constructor(options: GroupCommitOptions<T>) {
    this.#options = options
  }

  /** @returns its position, for `durable`. @throws what the store was lost by. */
  add(write: T): number {
    if (this.#lost !== null) throw this.#lost.error
    this.#waiting.push(write)
    this.#taken += 1
    void this.#go()
    return this.#taken
  }

  get taken(): number {
    return this.#taken
  }

  /** Null: it is. */
  durable(position: number): Promise<void> | null {
    if (position <= this.#durable) return null
    const lost = this.#lost
    return new Promise((resolve, reject) => {
      if (lost === null) this.#waiters.push({ position, resolve, reject })
      else reject(lost.error)
    })
  }

  /** What is not durable stays so: whoever wants it to be waits before. */
  close(): void {
    this.#closed = true
  }

  async #go(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    while (this.#waiting.length > 0 && !this.#closed && this.#lost === null) {
      const writes = this.#waiting
      this.#waiting = []
      try {
        await this.#options.commit(writes)
        this.problem = null
        this.#reach(this.#durable + writes.length)
      } catch (error) {
        this.problem = messageOf(error)
        this.#waiting = [...writes, ...this.#waiting]
        if (this.#options.isLost(error)) this.#lose(error)
        else await new Promise((resolve) => setTimeout(resolve, this.#options.retryMs))
      }
    }
    this.#isBusy = false
  }

  #reach(position: number): void {
    this.#durable = position
    const reached = this.#waiters.filter((waiter) => waiter.position <= position)
    this.#waiters = this.#waiters.filter((waiter) => waiter.position > position)
    for (const { resolve } of reached) resolve()
  }

  #lose(error: unknown): void {
    this.#lost = { error }
    const waiters = this.#waiters
    this.#waiters = []
    for (const { reject } of waiters) reject(error)
  }
}
