/** The state at the start: the newest snapshot that can be read, and what the journal says after it. */
import { decodeState } from '../../core/run/journal/snapshot.js'
import { initialState, reduce } from '../../core/run/reduce.js'
import type { RunState } from '../../core/run/state.js'
import type { Millis } from '../../core/time.js'
import type { Journal } from '../../store/port.js'

export interface Restored {
  readonly state: RunState
  /** The last event in the snapshot that was used; 0: the whole journal was folded. */
  readonly snapshotSeq: number
  /** When the last event was written; null: there is none. */
  readonly lastAt: Millis | null
  /** Why newer snapshots were not used, a sentence each. */
  readonly problems: readonly string[]
}

export function restoreState(journal: Pick<Journal, 'load' | 'snapshots' | 'events'>): Restored {
  const problems: string[] = []
  const { state, seq } = newest(journal, problems)
  for (const { event } of journal.load(seq)) reduce(state, event)
  const lastAt = journal.events({ newest: true, limit: 1 })[0]?.event.at ?? null
  return { state, snapshotSeq: seq, lastAt, problems }
}

function newest(journal: Pick<Journal, 'snapshots'>, problems: string[]): { state: RunState; seq: number } {
  for (const { seq, format, version, state: text } of journal.snapshots()) {
    const state = decodeState(text, format)
    if (typeof state !== 'string') return { state, seq }
    problems.push(`the snapshot at event ${seq} (of ${version}) is not used: ${state}`)
  }
  return { state: initialState(), seq: 0 }
}
