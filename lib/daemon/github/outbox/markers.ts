/** Makes markers, and knows those that this store made. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { formatMarker, markedText, parseMarker } from '../../../core/github/marker.js'
import { FACTS } from '../../../store/facts.js'
import type { Facts } from '../../../store/port.js'

const CODE_CHARACTERS = 22

export class Markers {
  readonly #facts: Pick<Facts, 'get' | 'set'>
  readonly #store: string
  #key: Buffer | null = null

  constructor(facts: Pick<Facts, 'get' | 'set'>, storeId: string) {
    this.#facts = facts
    this.#store = storeId
  }

  make(repositoryId: number, key: string): string {
    return formatMarker({ store: this.#store, key, code: this.#code(repositoryId, key) })
  }

  /** The key of the row that made it; null: no marker stands there, or it is not of this store and repository. */
  read(repositoryId: number, body: string): string | null {
    const found = parseMarker(body)
    if (found === null || found.store !== this.#store) return null
    const wanted = Buffer.from(this.#code(repositoryId, found.key))
    const given = Buffer.from(found.code)
    return given.length === wanted.length && timingSafeEqual(given, wanted) ? found.key : null
  }

  #code(repositoryId: number, key: string): string {
    const said = markedText(repositoryId, this.#store, key)
    return createHmac('sha256', this.#secret()).update(said).digest('base64url').slice(0, CODE_CHARACTERS)
  }

  #secret(): Buffer {
    if (this.#key !== null) return this.#key
    const kept = this.#facts.get(FACTS.githubKey)
    const text = kept ?? randomBytes(32).toString('base64url')
    if (kept === null) this.#facts.set(FACTS.githubKey, text)
    return (this.#key = Buffer.from(text, 'base64url'))
  }
}
