/** Named tokens: the store keeps their digests, roles and ends, never the tokens. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Millis } from '../../core/time.js'
import { FACTS, type TokenRecord } from '../../store/facts.js'
import type { Facts } from '../../store/port.js'

const PREFIX = 'orc_'
/** Uses are written down once in so long. */
const USE_MS = 60_000

export interface NewToken {
  readonly name: string
  readonly kind: TokenRecord['kind']
  readonly role: string
  readonly expiresAt: Millis | null
  /** Who made it, written KIND:ID. */
  readonly by: string
}

export class TokenBook {
  readonly #facts: Pick<Facts, 'get' | 'set'>
  readonly #now: () => Millis
  readonly #changed: () => void
  #records: readonly TokenRecord[] | null = null
  readonly #uses = new Map<string, { readonly at: Millis; readonly via: string; readonly written: Millis }>()

  /** @param changed hears of each token that was added or revoked */
  constructor(facts: Pick<Facts, 'get' | 'set'>, now: () => Millis, changed: () => void = () => undefined) {
    this.#facts = facts
    this.#now = now
    this.#changed = changed
  }

  /** All of them, those that have expired too, by name. */
  list(): readonly TokenRecord[] {
    return (this.#records ??= this.#facts.get(FACTS.tokens) ?? [])
  }

  named(name: string): TokenRecord | undefined {
    return this.list().find((record) => record.name === name)
  }

  /** @returns the token, which nobody can be told a second time. */
  add({ name, kind, role, expiresAt, by }: NewToken): string {
    const id = randomBytes(6).toString('base64url')
    const token = `${PREFIX}${id}_${randomBytes(32).toString('base64url')}`
    const record = { name, kind, id, digest: digestOf(token), role, createdAt: this.#now(), expiresAt, by }
    this.#keep([...this.list(), record].toSorted((a, b) => (a.name < b.name ? -1 : 1)))
    return token
  }

  revoke(name: string): void {
    this.#keep(this.list().filter((record) => record.name !== name))
    this.#uses.delete(name)
  }

  /** Whose it is, also when it has expired; undefined: nobody's. Compared by digest, and with all of them. */
  find(token: string): TokenRecord | undefined {
    const digest = Buffer.from(digestOf(token))
    let found: TokenRecord | undefined
    for (const record of this.list()) {
      const known = Buffer.from(record.digest)
      if (known.length === digest.length && timingSafeEqual(known, digest)) found = record
    }
    return found
  }

  isExpired({ expiresAt }: TokenRecord): boolean {
    return expiresAt !== null && expiresAt <= this.#now()
  }

  used({ name }: TokenRecord, via: string): void {
    const at = this.#now()
    const written = this.#uses.get(name)?.written ?? 0
    const isDue = at - written >= USE_MS
    this.#uses.set(name, { at, via, written: isDue ? at : written })
    if (isDue) this.#facts.set(FACTS.tokenUse, { at, via }, name)
  }

  /** Null: it was never used. */
  lastUse(name: string): { readonly at: Millis; readonly via: string } | null {
    const { at, via } = this.#uses.get(name) ?? this.#facts.get(FACTS.tokenUse, name) ?? { at: null, via: '' }
    return at === null ? null : { at, via }
  }

  #keep(records: readonly TokenRecord[]): void {
    this.#facts.set(FACTS.tokens, records)
    this.#records = records
    this.#changed()
  }
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
