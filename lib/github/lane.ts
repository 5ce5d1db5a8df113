/** One request at a time to one host, and writes apart from each other, whatever repository they are for. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pace } from './pace.js'

export class Lane {
  #last: Promise<unknown> = Promise.resolve()
  #nextWriteAt = 0
  readonly #pace: Pick<Pace, 'betweenWritesMs'>
  readonly #now: () => number

  constructor(pace: Pick<Pace, 'betweenWritesMs'>, now: () => number) {
    this.#pace = pace
    this.#now = now
  }

  run<T>(isWrite: boolean, work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      if (!isWrite) return work()
      const wait = this.#nextWriteAt - this.#now()
      if (wait > 0) await sleep(Math.min(wait, this.#pace.betweenWritesMs))
      try {
        return await work()
      } finally {
        this.#nextWriteAt = this.#now() + this.#pace.betweenWritesMs
      }
    })
    this.#last = turn.catch(() => undefined)
    return turn
  }
}
