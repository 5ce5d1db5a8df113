/**
 * The one place where things happen: an event is journalled, folded into the state, told to whoever listens; then
 * `decide` says which actions follow, and each is performed once at a time. Recovery after a crash, an edited layout
 * and a host's return need nothing of their own: they are events like any other.
 */
import { messageOf } from '../core/errors.js'
import type { Action, Decision } from '../core/run/actions.js'
import type { RunEvent, RunEventType } from '../core/run/events.js'
import type { RunState } from '../core/run/state.js'
import type { Millis } from '../core/time.js'
import type { Logger } from './log.js'

export interface LoopDeps {
  readonly state: RunState
  /** Not `durable`: need not be on the disk when it returns. */
  readonly append: (events: readonly RunEvent[], durable: boolean) => number
  /** Of what was appended. */
  readonly lastSeq: () => number
  readonly reduce: (state: RunState, event: RunEvent) => RunState
  readonly decide: (state: RunState, now: Millis) => Decision
  readonly perform: (action: Action) => Promise<void>
  readonly now: () => Millis
  readonly log: Logger
  /** After the fold; `seq` is the event's place in the journal. */
  readonly onEvent: (seq: number, event: RunEvent) => void
}

/** Measurements: they stand in the state until the next one, and nowhere else. */
const TRANSIENT: ReadonlySet<RunEventType> = new Set(['machine.loaded'])
/**
 * Observations that the next look makes again: told at once, written with the next event that counts, or soon. The
 * journal is ours alone, so their places in it are known before.
 */
const RELAXED: ReadonlySet<RunEventType> = new Set([
  'agent.observed',
  'attempt.progressed',
  'report.ignored',
  'noted',
])
/** What a daemon that starts does not know of its machines counts with them: the next one says it anew. */
const isRelaxed = (event: RunEvent) =>
  RELAXED.has(event.type) || (event.type === 'machine.changed' && event.state === 'unknown')
const RELAXED_FLUSH_MS = 200
/** What a store that takes nothing may keep waiting; the oldest go first. */
const MAX_RELAXED = 5000
/** A failed action waits this long before it is tried again, doubling to the maximum. */
const COOL_DOWN_MS = 500
const MAX_COOL_DOWN_MS = 30_000

export class Loop {
  readonly #deps: LoopDeps
  readonly #inFlight = new Set<string>()
  readonly #coolDown = new Map<string, { failures: number; until: Millis }>()
  #relaxed: RunEvent[] = []
  #relaxedTimer: NodeJS.Timeout | undefined
  #wakeTimer: NodeJS.Timeout | undefined
  #scheduled = false
  #stopped = false
  /** The store's words while it takes no events; shown to the person. */
  storeProblem: string | null = null

  constructor(deps: LoopDeps) {
    this.#deps = deps
  }

  get state(): RunState {
    return this.#deps.state
  }

  /** Durable when it returns (but for mere observations); throws when the store does not take it: then nothing happened. */
  dispatch(...events: readonly RunEvent[]): void {
    if (this.#stopped || events.length === 0) return
    if (events.every((e) => TRANSIENT.has(e.type))) {
      for (const event of events) this.#deps.reduce(this.state, event)
    } else if (events.every(isRelaxed)) {
      this.#relaxed.push(...events)
      if (this.#relaxed.length > MAX_RELAXED) this.#relaxed.splice(0, this.#relaxed.length - MAX_RELAXED)
      this.#relaxedTimer ??= setTimeout(() => this.writeObservations(), RELAXED_FLUSH_MS)
      for (const event of events) this.#deps.reduce(this.state, event)
      this.#tell(this.#deps.lastSeq() + this.#relaxed.length, events)
    } else {
      const last = this.#append([...this.#relaxed, ...events])
      this.#forgetRelaxed()
      for (const event of events) this.#deps.reduce(this.state, event)
      this.#tell(last, events)
    }
    this.wake()
  }

  /** After `stop`: what the last act did, for whoever starts next. Nothing follows from it here. */
  record(event: RunEvent): void {
    const seq = this.#append([event])
    this.#deps.reduce(this.state, event)
    this.#deps.onEvent(seq, event)
  }

  /** A machine is there again: what failed because it was away is tried at once. */
  forgetFailures(): void {
    this.#coolDown.clear()
    this.wake()
  }

  /** Decides soon, after what is being done now. */
  wake(): void {
    if (this.#scheduled || this.#stopped) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      if (!this.#stopped) this.#decide()
    })
  }

  /** No further decision; what is in flight is not waited for: it is safe to be cut off anywhere. */
  stop(): void {
    this.writeObservations()
    this.#stopped = true
    clearTimeout(this.#wakeTimer)
    clearTimeout(this.#relaxedTimer)
  }

  #append(events: readonly RunEvent[], durable = true): number {
    try {
      const seq = this.#deps.append(events, durable)
      this.storeProblem = null
      return seq
    } catch (error) {
      this.storeProblem = messageOf(error)
      throw error
    }
  }

  /** For who reads the journal itself. */
  writeObservations(): void {
    if (this.#relaxed.length === 0) return
    this.#relaxedTimer = undefined
    try {
      this.#append(this.#relaxed, false)
      this.#forgetRelaxed()
    } catch (error) {
      // They wait for the next one that is written.
      this.#deps.log.warn({ err: error }, 'observations were not written')
    }
  }

  /** The event up to which the state is exactly what the journal says; null: not everything could be written. */
  settled(): number | null {
    this.writeObservations()
    return this.#relaxed.length === 0 ? this.#deps.lastSeq() : null
  }

  #tell(last: number, events: readonly RunEvent[]): void {
    events.forEach((event, i) => this.#deps.onEvent(last - events.length + 1 + i, event))
  }

  #forgetRelaxed(): void {
    this.#relaxed = []
    clearTimeout(this.#relaxedTimer)
    this.#relaxedTimer = undefined
  }

  #decide(): void {
    const now = this.#deps.now()
    const { actions, wakeAt } = this.#deps.decide(this.state, now)
    let next = wakeAt ?? Infinity
    for (const action of actions) {
      if (this.#inFlight.has(action.key)) continue
      const cool = this.#coolDown.get(action.key)
      if (cool !== undefined && cool.until > now) next = Math.min(next, cool.until)
      else void this.#perform(action)
    }
    clearTimeout(this.#wakeTimer)
    if (next === Infinity) return
    this.#wakeTimer = setTimeout(() => this.wake(), Math.min(Math.max(next - now, 1), 3_600_000))
  }

  async #perform(action: Action): Promise<void> {
    this.#inFlight.add(action.key)
    try {
      await this.#deps.perform(action)
      this.#coolDown.delete(action.key)
    } catch (error) {
      const failures = (this.#coolDown.get(action.key)?.failures ?? 0) + 1
      const wait = Math.min(COOL_DOWN_MS * 2 ** (failures - 1), MAX_COOL_DOWN_MS)
      this.#coolDown.set(action.key, { failures, until: this.#deps.now() + wait })
      if (!this.#stopped)
        this.#deps.log.warn({ err: error, action: action.key, failures }, 'an action failed')
    } finally {
      this.#inFlight.delete(action.key)
      this.wake()
    }
  }
}
