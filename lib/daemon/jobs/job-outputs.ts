/**
 * Nothing that a command printed is lost: before its end is journalled, and before its directory on its machine is
 * removed, its output is copied into the run directory.
 */
import { messageOf } from '../../core/errors.js'
import { outputName } from '../../core/protocol/output-name.js'
import { writeOutput } from '../../store/output-files.js'
import type { Kernel } from '../kernel/kernel.js'
import type { PlacedJob } from '../machines/job-name.js'
import { readWhole } from './read-output.js'

/** A machine that answers and does not give it is asked so often: a task is not to wait for its output forever. */
const TRIES = 5

export class JobOutputs {
  readonly #context: Pick<Kernel, 'clock' | 'loop'>
  readonly #runDirectory: { readonly path: string }
  readonly #kept = new Set<string>()
  readonly #misses = new Map<string, number>()

  constructor(context: Pick<Kernel, 'clock' | 'loop'>, runDirectory: { readonly path: string }) {
    this.#context = context
    this.#runDirectory = runDirectory
  }

  /**
   * @param whole what it printed, where that has been read already
   * @throws what the machine answered: ask again
   */
  async keep(job: PlacedJob, whole?: Buffer): Promise<void> {
    const { key } = job
    if (this.#kept.has(key)) return
    const bytes = whole ?? (await this.#read(job))
    try {
      if (bytes !== null) writeOutput(this.#runDirectory.path, outputName(key), bytes)
    } catch (error) {
      this.#failed(key, messageOf(error))
    }
    this.#kept.add(key)
  }

  /** Its directory is gone, nobody asks for it again. */
  forget(key: string): void {
    this.#kept.delete(key)
    this.#misses.delete(key)
  }

  #failed(key: string, why: string): void {
    const { clock, loop } = this.#context
    const text = `the output of ${key} could not be kept: ${why}`
    loop.dispatch({ type: 'noted', at: clock.now(), subject: key, text })
  }

  async #read(job: PlacedJob): Promise<Buffer | null> {
    const { host, key } = job
    try {
      return await readWhole(job)
    } catch (error) {
      // One that is away does not count: it comes back.
      const misses = host.isReady ? (this.#misses.get(key) ?? 0) + 1 : 0
      this.#misses.set(key, misses)
      if (misses < TRIES) throw error
      this.#failed(key, messageOf(error))
      return null
    }
  }
}
