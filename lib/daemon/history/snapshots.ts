/**
 * Writes the state down now and then, so that a start reads the end of a long journal and not all of it: every so many
 * events, when the daemon ends in order, and before the first event of another version than the last.
 */
import { encodeState } from '../../core/run/journal/snapshot.js'
import type { RunEvent } from '../../core/run/events.js'
import type { RunState } from '../../core/run/state.js'
import type { Journal } from '../../store/port.js'
import type { Logger } from '../kernel/log.js'
import type { Part } from '../kernel/part.js'

const EVERY_EVENTS = 20_000

export interface SnapshotsDeps {
  readonly journal: Pick<Journal, 'saveSnapshot' | 'lastSeq' | 'writers'>
  readonly state: RunState
  /** The event up to which the state is exactly what the journal was given; null: something is not written yet. */
  readonly writtenUpTo: () => number | null
  readonly log: Logger
}

export class Snapshots implements Part {
  readonly name = 'snapshots'
  readonly #deps: SnapshotsDeps
  #last: number
  #soon = false

  /** `last`: of the snapshot that the state was made from. */
  constructor(deps: SnapshotsDeps, last: number) {
    this.#deps = deps
    this.#last = last
  }

  /** What an older version decided is kept as it is, whatever this one or a later one would make of the same events. */
  begin(): void {
    const { lastSeq } = this.#deps.journal
    const writer = this.#deps.journal.writers().at(-1)
    if (writer !== undefined && writer.seq === lastSeq + 1) this.save()
  }

  follow(_event: RunEvent, seq: number): void {
    if (seq - this.#last < EVERY_EVENTS || this.#soon) return
    this.#soon = true
    // Not from within the listener of an event: others may follow from the same one.
    setImmediate(() => {
      this.#soon = false
      this.save()
    })
  }

  close(): void {
    this.save()
  }

  /** A help for the next start: without it that one reads more. */
  save(): void {
    const { journal, state, writtenUpTo, log } = this.#deps
    try {
      const seq = writtenUpTo()
      if (seq === null || seq <= this.#last) return
      journal.saveSnapshot(seq, encodeState(state))
      this.#last = seq
    } catch (error) {
      log.warn({ err: error }, 'a snapshot was not written')
    }
  }
}
