/** Keys that want a passphrase: the daemon has no terminal, so the client that runs `up` is asked for them. */
import { OrchestraError } from '../../core/errors.js'
import type { Passphrase } from '../../core/protocol/api.js'

/** A person reads and types; afterwards the link fails with the hint to use ssh-add. */
const PATIENCE_MS = 120_000

export class Passphrases {
  readonly #waiting = new Map<string, (passphrase: string | null) => void>()

  get pending(): readonly string[] {
    return [...this.#waiting.keys()]
  }

  /** Never stored: it goes from the request to the key, and is forgotten. */
  ask = (key: string): Promise<string | null> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => answer(null), PATIENCE_MS)
      const answer = (passphrase: string | null) => {
        clearTimeout(timer)
        this.#waiting.delete(key)
        resolve(passphrase)
      }
      this.#waiting.set(key, answer)
    })

  answer({ key, passphrase }: Passphrase): void {
    const answer = this.#waiting.get(key)
    if (answer === undefined)
      throw new OrchestraError(`nobody waits for the passphrase of ${key}`, { kind: 'refused' })
    answer(passphrase)
  }
}
