/**
 * Rings of the bell, merged. Anybody on a machine may ring, as often as he can, for anybody: a ring that comes alone
 * is heard at once, more of them at a pace that costs nobody else anything. The last one is always heard.
 */

interface Ring {
  /** How many may still be heard at once. */
  credit: number
  at: number
  timer: NodeJS.Timeout | undefined
}

const BURST = 8
const EVERY_MS = 250
/** Names of ended jobs are forgotten when so many are known. */
const MANY = 1024

export class Rings {
  readonly #known = new Map<string, Ring>()
  readonly #guard: (work: () => void) => void
  readonly #now: () => number

  /** `guard`: runs what is heard later, when nobody is there whom an error could reach. */
  constructor(guard: (work: () => void) => void, now: () => number = () => performance.now()) {
    this.#guard = guard
    this.#now = now
  }

  /** `heard` is called now, or soon, once for all that ring until then. */
  ring(name: string, heard: () => void): void {
    const now = this.#now()
    const ring = this.#known.get(name) ?? this.#make(name, now)
    if (ring.timer !== undefined) return
    ring.credit = Math.min(BURST, ring.credit + (now - ring.at) / EVERY_MS)
    ring.at = now
    ring.credit -= 1
    if (ring.credit >= 0) {
      heard()
      return
    }
    ring.timer = setTimeout(() => {
      ring.timer = undefined
      this.#guard(heard)
    }, -ring.credit * EVERY_MS)
  }

  close(): void {
    for (const { timer } of this.#known.values()) clearTimeout(timer)
    this.#known.clear()
  }

  #make(name: string, at: number): Ring {
    if (this.#known.size >= MANY)
      for (const [old, { timer }] of this.#known) if (timer === undefined) this.#known.delete(old)
    const ring: Ring = { credit: BURST, at, timer: undefined }
    this.#known.set(name, ring)
    return ring
  }
}
