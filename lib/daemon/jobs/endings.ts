import type { AttemptId } from '../../core/ids.js'

/** Attempts whose process is being ended: the end that its launcher then records is not its own. */
export class Endings {
  readonly #attempts = new Set<AttemptId>()

  /** Whoever ends it says so when that is done. */
  begin(attempt: AttemptId): void {
    this.#attempts.add(attempt)
  }

  has(attempt: AttemptId): boolean {
    return this.#attempts.has(attempt)
  }
}
