/** What may happen to a request on its way to the fake GitHub and back. */
export type Fault =
  /** Nothing was done. */
  | { readonly kind: 'drop-before' }
  | { readonly kind: 'status-before'; readonly status: number }
  | { readonly kind: 'secondary'; readonly status: 403 | 429; readonly retryAfter: number | null }
  /** The work is done. */
  | { readonly kind: 'drop-after' }
  | { readonly kind: 'status-after'; readonly status: number }
  | { readonly kind: 'half' }
  | { readonly kind: 'double' }
  | { readonly kind: 'late'; readonly ms: number }

export interface FaultedRequest {
  readonly method: string
  readonly path: string
  readonly operation: string
  /** From 1, of all requests. */
  readonly count: number
}

export type Faults = (request: FaultedRequest) => Fault | null

/** The same numbers for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Of `share` (0…1) of all requests, one of the kinds at random. `lateMs`: longer than a client waits. */
export function someFaults(seed: number, share: number, { lateMs = 50, retryAfter = 0 } = {}): Faults {
  const random = seeded(seed)
  const kinds: readonly Fault[] = [
    { kind: 'drop-before' },
    { kind: 'drop-after' },
    { kind: 'status-after', status: 502 },
    { kind: 'status-after', status: 500 },
    { kind: 'status-before', status: 503 },
    { kind: 'half' },
    { kind: 'double' },
    { kind: 'late', ms: lateMs },
    { kind: 'secondary', status: 403, retryAfter },
    { kind: 'secondary', status: 429, retryAfter },
  ]
  return () => (random() < share ? kinds[Math.floor(random() * kinds.length)]! : null)
}
