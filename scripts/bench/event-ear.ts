/** Hears the words of reporters as a client of the daemon does: each word's event, by its task. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventRow } from '../../lib/core/protocol/status.js'
import { eventually } from '../../spec/support/eventually.js'
import { clientOf } from './support/cluster.js'
import type { Ground } from './support/ground.js'
import { printMarker, type Reporter } from './support/reporters.js'

/** A word that is not heard by then is lost. */
const LATE_MS = 20_000
const SPOKEN_MS = 100

export class EventEar {
  readonly #heard = new Map<string, (at: number) => void>()
  readonly #stop = new AbortController()
  readonly #stream: Promise<unknown>

  private constructor(ground: Ground) {
    this.#stream = clientOf(ground).stream(
      '/v1/stream?only=event',
      ({ data }) => {
        const { type, subject } = data as EventRow
        if (type === 'attempt.progressed' && subject !== null) this.#heard.get(subject)?.(performance.now())
      },
      this.#stop.signal,
    )
  }

  /** Each of them was heard once: before, the stream may not be open. */
  static async open(ground: Ground, reporters: readonly Reporter[]): Promise<EventEar> {
    const ear = new EventEar(ground)
    for (const reporter of reporters) {
      let isHeard = false
      ear.#heard.set(reporter.task, () => (isHeard = true))
      await eventually(async () => {
        printMarker(reporter)
        await sleep(SPOKEN_MS)
        return isHeard
      }, LATE_MS)
    }
    return ear
  }

  /** Milliseconds from the word to its event. */
  answered(reporter: Reporter, speak: (reporter: Reporter) => void): Promise<number> {
    return answered(reporter, speak, (done) => this.#heard.set(reporter.task, done))
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#stream
  }
}

/** Milliseconds until `listen` hears of it; a word that is lost is an error. */
export async function answered(
  reporter: Reporter,
  speak: (reporter: Reporter) => void,
  listen: (done: (at: number) => void) => void,
): Promise<number> {
  const heardAt = new Promise<number>((resolve) => listen(resolve))
  const since = performance.now()
  speak(reporter)
  const at = await Promise.race([heardAt, sleep(LATE_MS, Number.NaN)])
  if (Number.isNaN(at)) throw new Error(`${reporter.agent} was not heard`)
  return at - since
}
