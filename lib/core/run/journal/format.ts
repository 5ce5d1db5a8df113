/**
 * The journal's format: a number beside each event in the store. It goes up once for a release in which events that
 * stand in journals have to be read differently; what merely gained a field with a default (`since`) needs no step.
 */
import type { RawEvent } from './raw-event.js'
import { upcast2 } from './upcast/2.js'

/** Pure, one step each, never changed once it was released: `UPCASTS[n - 1]` makes format n + 1 of format n. */
export const UPCASTS: readonly ((event: RawEvent) => RawEvent)[] = [upcast2]

/** What this version writes. */
export const JOURNAL_FORMAT = 1 + UPCASTS.length
