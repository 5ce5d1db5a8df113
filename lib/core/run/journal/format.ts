/**
 * The journal's format: a number beside each event in the store. It goes up once for a release in which events that
 * stand in journals have to be read differently; what merely gained a field with a default (`since`) needs no step.
 */

/** An event as some version wrote it. */
export interface RawEvent {
  readonly type: string
  readonly [field: string]: unknown
}

/** Pure, one step each, never changed once it was released: `UPCASTS[n - 1]` makes format n + 1 of format n. */
export const UPCASTS: readonly ((event: RawEvent) => RawEvent)[] = []

/** What this version writes. */
export const JOURNAL_FORMAT = 1 + UPCASTS.length
