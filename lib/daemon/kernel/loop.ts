/**
 * The one place where things happen: an event is taken by the journal, folded into the state, told to whoever listens; then
 * `decide` says which actions follow, and each is performed once at a time. Recovery after a crash, an edited layout
 * and a host's return need nothing of their own: they are events like any other.
 *
 * The fold does not wait for the store; whatever leaves the process does. An event is told, and an action performed, when
 * what it follows from is durable; whoever else lets something out (an answer, a file, a key) waits for `settled`.
 */
import { messageOf } from '../../core/errors.js'
import type { Action, Decision } from '../../core/run/actions.js'
import type { RunEvent } from '../../core/run/events.js'
import { formOf } from '../../core/run/events/forms.js'
import type { RunState } from '../../core/run/state.js'
import type { Millis } from '../../core/time.js'
import type { SessionStore } from '../../store/port.js'
import type { Logger } from './log.js'
import { ToldInOrder } from './told-in-order.js'

export interface LoopDeps {
  readonly state: RunState
  readonly store: Pick<SessionStore, 'append' | 'lastSeq' | 'durable' | 'settled' | 'problem'>
  readonly reduce: (state: RunState, event: RunEvent) => RunState
  readonly decide: (state: RunState, now: Millis) => Decision
  readonly perform: (action: Action) => Promise<void>
  readonly now: () => Millis
  readonly log: Logger
  /** After the fold, in order, when it is durable; `seq` is the event's place in the journal. */
  readonly onEvent: (seq: number, event: RunEvent) => void
  /** What was folded never becomes durable: nothing is told or performed any more, and the process has to end. */
  readonly onLost: (error: unknown) => void
}

/** A measurement, which the journal does not keep. */
const isTransient = ({ type }: RunEvent) => formOf(type).written === 'never'
/**
 * An observation that the next look makes again: told at once, written with the next event that counts, or soon. The
 * journal is ours alone, so its place in it is known before. What a daemon that starts does not know of its machines
 * counts with these: the next one says it anew.
 */
const isRelaxed = (event: RunEvent) =>
  formOf(event.type).written === 'soon' || (event.type === 'machine.changed' && event.state === 'unknown')
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
  /** Actions wait until what they follow from is durable. */
  #isHolding = false
  #refusal: string | null = null
  #makers: (() => RunEvent | null)[] = []
  #gathered: Promise<ReadonlyMap<() => RunEvent | null, boolean>> | null = null
  readonly #told: ToldInOrder

  constructor(deps: LoopDeps) {
    this.#deps = deps
    this.#told = new ToldInOrder(deps.store, (error) => deps.onLost(error))
  }

  /** The store's words while it takes no events, or does not keep them; shown to the person. */
  get storeProblem(): string | null {
    return this.#refusal ?? this.#deps.store.problem
  }

  get state(): RunState {
    return this.#deps.state
  }

  /**
   * Taken and folded when it returns; throws when the store does not take it: then nothing happened.
   * @returns the place of the last one in the journal, for `durable`.
   */
  dispatch(...events: readonly RunEvent[]): number {
    const { store, reduce } = this.#deps
    if (this.#stopped || events.length === 0) return store.lastSeq
    if (events.every(isTransient)) {
      for (const event of events) reduce(this.state, event)
    } else if (events.every(isRelaxed)) {
      this.#relaxed.push(...events)
      if (this.#relaxed.length > MAX_RELAXED) this.#relaxed.splice(0, this.#relaxed.length - MAX_RELAXED)
      this.#relaxedTimer ??= setTimeout(() => this.writeObservations(), RELAXED_FLUSH_MS)
      for (const event of events) reduce(this.state, event)
      // They need not be durable themselves, but whatever they were seen after has to be.
      this.#tell(store.lastSeq, store.lastSeq + this.#relaxed.length, events)
    } else {
      const last = this.#append([...this.#relaxed, ...events])
      this.#forgetRelaxed()
      for (const event of events) reduce(this.state, event)
      this.#tell(last, last, events)
    }
    this.wake()
    return store.lastSeq
  }

  /**
   * As `dispatch`, with all that is gathered in this turn in one write: many agents start at once. `make` is called then; null:
   * not any more. Resolves with whether it was dispatched, rejects with what `dispatch` throws.
   */
  gather(make: () => RunEvent | null): Promise<boolean> {
    this.#gathered ??= Promise.resolve().then(() => {
      const makers = this.#makers
      this.#gathered = null
      this.#makers = []
      const events = makers.map((one) => one())
      this.dispatch(...events.filter((event) => event !== null))
      return new Map(makers.map((one, i) => [one, events[i] !== null]))
    })
    this.#makers.push(make)
    return this.#gathered.then((done) => done.get(make) === true)
  }

  /** Null: it is. Else resolves when that event and all before it are durable; rejects when they never will be. */
  durable(seq: number): Promise<void> | null {
    return this.#deps.store.durable(seq)
  }

  /** As `durable`, of all that was dispatched and of all facts that were written. What shows any of the state waits for it. */
  settled(): Promise<void> | null {
    return this.#deps.store.settled()
  }

  /** At once, or when what was folded until now is durable; never, if that never is. */
  afterSettled(work: () => void): void {
    const gate = this.settled()
    if (gate === null) return work()
    gate
      .then(work, (error: unknown) => this.#deps.onLost(error))
      .catch((error: unknown) => this.#deps.log.warn({ err: error }, 'something was not told'))
  }

  /** After `stop`: what the last act did, for whoever starts next. Nothing follows from it here. */
  record(event: RunEvent): void {
    const seq = this.#append([event])
    this.#deps.reduce(this.state, event)
    this.#tell(seq, seq, [event])
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
      const seq = this.#deps.store.append(events, { durable })
      this.#refusal = null
      return seq
    } catch (error) {
      this.#refusal = messageOf(error)
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

  /** The event up to which the state is exactly what the journal was given; null: it did not take everything. */
  writtenUpTo(): number | null {
    this.writeObservations()
    return this.#relaxed.length === 0 ? this.#deps.store.lastSeq : null
  }

  /** `last`: the place of the last of them; `after`: what has to be durable before. */
  #tell(after: number, last: number, events: readonly RunEvent[]): void {
    this.#told.add(after, () =>
      events.forEach((event, i) => this.#deps.onEvent(last - events.length + 1 + i, event)),
    )
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
    const due: Action[] = []
    for (const action of actions) {
      if (this.#inFlight.has(action.key)) continue
      const cool = this.#coolDown.get(action.key)
      if (cool !== undefined && cool.until > now) next = Math.min(next, cool.until)
      else due.push(action)
    }
    if (due.length > 0) this.#performWhenTold(due)
    clearTimeout(this.#wakeTimer)
    if (next === Infinity) return
    this.#wakeTimer = setTimeout(() => this.wake(), Math.min(Math.max(next - now, 1), 3_600_000))
  }

  /**
   * At once, or when what they follow from is durable and was told (who watches an agent knows that it started), if each is
   * then still wanted exactly so.
   */
  #performWhenTold(actions: readonly Action[]): void {
    if (this.#isHolding) return
    this.#isHolding = true
    let isAtOnce = true
    this.#told.add(this.#deps.store.lastSeq, () => {
      this.#isHolding = false
      if (this.#stopped) return
      for (const action of isAtOnce ? actions : this.#stillWanted(actions))
        if (!this.#inFlight.has(action.key)) void this.#perform(action)
      if (!isAtOnce) this.wake()
    })
    isAtOnce = false
  }

  #stillWanted(actions: readonly Action[]): readonly Action[] {
    const now = this.#deps.decide(this.state, this.#deps.now()).actions
    const wanted = new Map(now.map((action) => [action.key, JSON.stringify(action)]))
    return actions.filter((action) => wanted.get(action.key) === JSON.stringify(action))
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
