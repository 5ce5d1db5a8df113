/**
 * Folds the whole journal again and compares the result with the newest snapshot. A long journal takes minutes, so it is done in
 * short turns beside the daemon's work; who asks meanwhile is told how far it is.
 */
import type { Finding } from '../../core/protocol/doctor.js'
import { decodeState, sameState } from '../../core/run/journal/snapshot.js'
import { initialState, reduce } from '../../core/run/reduce.js'
import { messageOf } from '../../core/errors.js'
import type { Part } from '../kernel/part.js'
import type { Journal, Snapshot } from '../../store/port.js'

const TURN_MS = 10
/** So long is waited for the result. */
const PATIENCE_MS = 3000

type Level = Finding['level']
type Result = readonly [level: Level, text: string, mend: string | null]

export class SnapshotCheck implements Part {
  readonly name = 'snapshot check'
  readonly #journal: Pick<Journal, 'load' | 'snapshots' | 'writers'>
  #running: Promise<Result> | null = null
  #done: { readonly seq: number; readonly result: Result } | null = null
  #at = 0
  #stopped = false

  constructor(journal: Pick<Journal, 'load' | 'snapshots' | 'writers'>) {
    this.#journal = journal
  }

  stop(): void {
    this.#stopped = true
  }

  async finding(patienceMs = PATIENCE_MS): Promise<Finding> {
    const [level, text, mend] = await this.#result(patienceMs)
    return { machine: 'daemon', check: 'snapshot', level, text, mend }
  }

  async #result(patienceMs: number): Promise<Result> {
    const [snapshot] = this.#journal.snapshots()
    if (snapshot === undefined)
      return ['note', 'there is none yet; one is written when the daemon ends', null]
    if (this.#done?.seq === snapshot.seq) return this.#done.result
    this.#running ??= this.#compare(snapshot)
      .then((result) => {
        this.#done = { seq: snapshot.seq, result }
        return result
      })
      .finally(() => (this.#running = null))
    const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), patienceMs).unref())
    const result = await Promise.race([this.#running, late])
    return (
      result ?? ['note', `it is being compared with the journal: ${this.#at} of ${snapshot.seq} events`, null]
    )
  }

  async #compare({ seq, format, state: text, version }: Snapshot): Promise<Result> {
    const read = decodeState(text, format)
    if (typeof read === 'string') return ['bad', `the newest cannot be read: ${read}`, REWRITTEN]
    const folded = initialState()
    let until = performance.now() + TURN_MS
    try {
      for (const { seq: at, event } of this.#journal.load()) {
        if (at > seq) break
        reduce(folded, event)
        this.#at = at
        if (performance.now() < until) continue
        await new Promise((resolve) => setImmediate(resolve))
        if (this.#stopped) return ['note', 'the comparison was not finished', null]
        until = performance.now() + TURN_MS
      }
    } catch (error) {
      return [
        'bad',
        `an event before it cannot be read: ${messageOf(error)}`,
        'what was decided stands in the snapshot; no verb can show that event',
      ]
    }
    if (sameState(folded, read)) return ['ok', `at event ${seq}, the same as all events up to it`, null]
    const earlier = this.#journal.writers().filter((writer) => writer.seq <= seq)
    if (earlier.length > 1)
      return [
        'note',
        `at event ${seq} (${version}), it keeps what earlier versions decided, which this one would decide otherwise`,
        null,
      ]
    return ['bad', `at event ${seq}, it is not what its events say`, REWRITTEN]
  }
}

const REWRITTEN =
  'stop the daemon and restore a backup, or remove the rows of the table `snapshots`: the next start then reads the whole journal'
