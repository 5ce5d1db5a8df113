import type { StoredEvent } from '../../store/port.js'
import type { Reading } from '../kernel/reading.js'

export interface JournalQuery {
  readonly after: number
  /** Only those of this time and later; null: of any time. */
  readonly since: number | null
  readonly limit: number
  /** The last ones instead of the first. */
  readonly tail: boolean
}

/** Events of the journal; observations that are still gathered are written first. */
export function storedEvents(
  { loop, store }: Pick<Reading, 'loop' | 'store'>,
  { after, since, limit, tail }: JournalQuery,
): readonly StoredEvent[] {
  loop.writeObservations()
  return store.events({ after, limit, newest: tail, ...(since === null ? {} : { since }) })
}
